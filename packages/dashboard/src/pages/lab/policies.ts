// The policies side by side: the same schedule under each, and the days on which that makes a difference. Pure.
import type { Occurrence } from '../../components/schedule/preview.js';
import type { Schedule } from '../../components/schedule/schedule.js';

type PolicyField = 'dst_gap' | 'dst_overlap' | 'month_end';

export interface Policy {
  readonly field: PolicyField;
  readonly title: string;
  /** The default first. */
  readonly values: readonly string[];
}

export const POLICIES: readonly Policy[] = [
  { field: 'dst_gap', title: 'The local time does not exist', values: ['shift', 'skip'] },
  { field: 'dst_overlap', title: 'The local time exists twice', values: ['first', 'second', 'both'] },
  { field: 'month_end', title: 'The month has no such day', values: ['clamp', 'skip'] },
];

export interface Variant {
  readonly policy: Policy;
  readonly value: string;
  readonly schedule: Schedule;
  /** It is what the schedule says as it stands. */
  readonly isCurrent: boolean;
}

/** One for each value of each policy. */
export const variantsOf = (schedule: Schedule): readonly Variant[] =>
  POLICIES.flatMap((policy) =>
    policy.values.map((value) => ({
      ...{ policy, value },
      schedule: { ...schedule, [policy.field]: value },
      isCurrent: (schedule[policy.field] ?? policy.values[0]) === value,
    })),
  );

export interface Difference {
  readonly date: string;
  /** By value of the policy: what fires that day. */
  readonly byValue: Readonly<Record<string, readonly Occurrence[]>>;
}

const onDate = (occurrences: readonly Occurrence[], date: string): Occurrence[] =>
  occurrences.filter(({ local, at }) => at !== null && local.startsWith(date));

const signature = (occurrences: readonly Occurrence[]): string => occurrences.map(({ at }) => at).join(' ');

/** Days on which not all values do the same, in order. */
export function differences(byValue: Readonly<Record<string, readonly Occurrence[]>>): readonly Difference[] {
  const all = Object.values(byValue);
  const fired = all.map((occurrences) => new Set(occurrences.flatMap(({ at }) => at ?? [])));
  const odd = all
    .flat()
    .filter(({ at }) => at === null || !fired.every((instants) => instants.has(at)))
    .map(({ local }) => local.slice(0, 10));
  return [...new Set(odd)].sort().flatMap((date) => {
    const day = Object.fromEntries(Object.entries(byValue).map(([value, list]) => [value, onDate(list, date)]));
    return new Set(Object.values(day).map(signature)).size > 1 ? [{ date, byValue: day }] : [];
  });
}
