// Members that do not exist, made from their position: the same ones each time, a given share of them duplicates or broken.

export interface ProvidedMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created_at: string;
}

export interface AudienceShape {
  readonly size: number;
  /** Each n-th entry has the address of an earlier one, in other case and with spaces. 0: none. */
  readonly duplicateEvery: number;
  /** Each n-th entry has no valid address. 0: none. */
  readonly invalidEvery: number;
}

const GIVEN = ['Ada', 'Björn', 'Chiara', 'Dmitri', 'Eszter', 'Fatima', 'Grace', 'Hiroshi', 'Inés', 'Jürgen'];
const FAMILY = [
  'Árnason',
  'Bianchi',
  'Chowdhury',
  'Dvořák',
  'Eriksen',
  'Fontaine',
  'García',
  'Horváth',
  'Ito',
  "O'Neill",
];
const BROKEN = ['not an address', '', 'two@@example.com', 'spaces in@example.com', 'no-domain@', '@example.com'];
const DOMAINS = ['example.com', 'post.example', 'bücher.example', 'mail.example.org'];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const every = (n: number, index: number): boolean => n > 0 && index % n === n - 1;

/** What the entry at this position is. Pure. */
export const kindOf = (
  { duplicateEvery, invalidEvery }: AudienceShape,
  index: number,
): 'member' | 'duplicate' | 'invalid' => {
  if (every(invalidEvery, index)) return 'invalid';
  return every(duplicateEvery, index) && index > 0 ? 'duplicate' : 'member';
};

const addressOf = (index: number): string => `member.${index}@${pick(DOMAINS, index)}`;

/** The first position before this one that is a member of its own. */
function earlierMember(shape: AudienceShape, index: number): number {
  let earlier = index - 1;
  while (earlier > 0 && kindOf(shape, earlier) !== 'member') earlier -= 1;
  return earlier;
}

/** The entry at this position, from 0. Pure. */
export function memberAt(shape: AudienceShape, index: number): ProvidedMember {
  const kind = kindOf(shape, index);
  const email =
    kind === 'invalid'
      ? pick(BROKEN, Math.floor(index / 7))
      : kind === 'duplicate'
        ? `  ${addressOf(earlierMember(shape, index)).toUpperCase()} `
        : addressOf(index);
  return {
    id: `mem_${index}`,
    email,
    name: `${pick(GIVEN, index)} ${pick(FAMILY, Math.floor(index / 10))}`,
    created_at: new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString(),
  };
}

/** The entry at this position after the last member has moved to the beginning, ahead of all others. Pure. */
export function memberAtMoved(shape: AudienceShape, index: number): ProvidedMember {
  const moved = earlierMember(shape, shape.size);
  if (index === 0) return memberAt(shape, moved);
  return memberAt(shape, index <= moved ? index - 1 : index);
}

/** How many members, duplicates and invalid entries an audience has. Pure. */
export function countKinds(shape: AudienceShape): { members: number; duplicates: number; invalid: number } {
  const counts = { members: 0, duplicates: 0, invalid: 0 };
  for (let index = 0; index < shape.size; index += 1) {
    const kind = kindOf(shape, index);
    counts[kind === 'member' ? 'members' : kind === 'duplicate' ? 'duplicates' : 'invalid'] += 1;
  }
  return counts;
}
