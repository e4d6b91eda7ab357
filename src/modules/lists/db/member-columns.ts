// Members as one text for each column, for the statement that stores them: joining them here and splitting them in the database costs a
// third of an array, whose elements are escaped and parsed one by one. Pure.

export interface Member {
  readonly emailKey: string;
  readonly email: string;
  readonly externalId: string | null;
  readonly name: string | null;
  /** Milliseconds since 1970. */
  readonly joinedAtMs: number | null;
}

export interface MemberColumns {
  readonly count: number;
  /** Key, email, external id, name, and milliseconds since 1970; separated by U+001F. Empty stands for null. */
  readonly texts: readonly string[];
}

export interface MemberWriter {
  readonly count: number;
  /** The member is not kept, only its texts. */
  add(member: Member): void;
  /** All of them, once. */
  written(): MemberColumns;
}

const SEPARATOR = '\x1F';
/** Members are joined this many at a time: the garbage collector then has few long texts to move instead of many short ones. */
const JOINED_AT_ONCE = 100;

export function createMemberWriter(): MemberWriter {
  const texts: readonly string[][] = [[], [], [], [], []];
  let pending: Member[] = [];
  let count = 0;

  const join = (): void => {
    if (pending.length === 0) return;
    columnsOf(pending).forEach((text, column) => texts[column]?.push(text));
    pending = [];
  };

  return {
    get count() {
      return count;
    },
    add(member) {
      count += 1;
      if (pending.push(member) === JOINED_AT_ONCE) join();
    },
    written() {
      join();
      return { count, texts: texts.map((column) => column.splice(0).join(SEPARATOR)) };
    },
  };
}

const joined = <K extends keyof Member>(members: readonly Member[], key: K): string =>
  members.map((member) => member[key]).join(SEPARATOR);

/** An address that equals its key is sent once. */
const columnsOf = (members: readonly Member[]): readonly string[] => [
  joined(members, 'emailKey'),
  members.map(({ email, emailKey }) => (email === emailKey ? '' : email)).join(SEPARATOR),
  ...[joined(members, 'externalId'), joined(members, 'name'), joined(members, 'joinedAtMs')],
];
