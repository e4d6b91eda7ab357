// How many jobs of each type ended since the last look, from counters of type and hour that only grow. Pure.
import type { EndCounts } from '../../../scheduler/queue/index.js';

const ENDS = ['completed', 'retried', 'dead', 'cancelled'] as const;

export type Ends = Readonly<Record<(typeof ENDS)[number], number>>;
export type EndsByType = ReadonlyMap<string, Ends>;

const NONE: Ends = { completed: 0, retried: 0, dead: 0, cancelled: 0 };

const combined = (one: Ends, other: Ends, sign: 1 | -1): Ends => ({
  completed: one.completed + sign * other.completed,
  retried: one.retried + sign * other.retried,
  dead: one.dead + sign * other.dead,
  cancelled: one.cancelled + sign * other.cancelled,
});

const keyOf = ({ type, hour }: EndCounts): string => `${hour.getTime()} ${type}`;

/** The types of which something has ended since; an hour that was not there yet counts from zero. */
export function endsSince(before: readonly EndCounts[], now: readonly EndCounts[]): EndsByType {
  const known = new Map(before.map((row) => [keyOf(row), row]));
  const since = now.map((row) => [row.type, combined(row, known.get(keyOf(row)) ?? NONE, -1)] as const);
  return since.reduce<EndsByType>((all, [type, ends]) => addEnds(all, new Map([[type, ends]])), new Map());
}

/** Both together, without types of which nothing has ended. */
export function addEnds(all: EndsByType, more: EndsByType): EndsByType {
  const sum = new Map(all);
  for (const [type, ends] of more) {
    if (ENDS.some((end) => ends[end] !== 0)) sum.set(type, combined(sum.get(type) ?? NONE, ends, 1));
  }
  return sum;
}

/** As the event says it, by type. */
export const endsJson = (ends: EndsByType): { types: (Ends & { type: string })[] } => ({
  types: [...ends]
    .map(([type, counts]) => ({ type, ...counts }))
    .sort((one, other) => (one.type < other.type ? -1 : 1)),
});
