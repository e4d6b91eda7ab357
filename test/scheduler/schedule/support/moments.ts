// Occurrences as the scheduler computes them, and the moments and dates that the comparisons with Temporal start from.
import fc from 'fast-check';
import { compileSchedule, type Schedule } from '../../../../src/scheduler/schedule/index.js';
import { changesOf } from './temporal-oracle.js';

export const DAY = 24 * 3_600_000;

export function occurrences(schedule: Schedule, after: number, count: number): number[] {
  const compiled = compileSchedule(schedule, { anchor: new Date(after) });
  const found: number[] = [];
  for (let at = compiled.next(after); at !== null && found.length < count; at = compiled.next(at)) found.push(at);
  return found;
}

export const until = (schedule: Schedule, after: number, end: number): number[] =>
  occurrences(schedule, after, 5_000).filter((ms) => ms <= end);

/** A moment within two days of a change of offset, if the zone has any in that decade; else anywhere. */
export const moment = (zone: string): fc.Arbitrary<number> =>
  fc
    .tuple(
      fc.integer({ min: 1_973, max: 2_095 }),
      fc.nat(),
      fc.integer({ min: -48 * 60, max: 6 * 60 }),
      fc.constantFrom(0, 0, 1, 999, 30_000),
    )
    .map(([year, pick, minutes, ms]) => {
      const start = Date.UTC(year, 0, 1);
      const changes = changesOf(zone, start, start + 3 * 366 * DAY);
      return (changes[pick % changes.length] ?? start + (pick % 366) * DAY) + minutes * 60_000 + ms;
    });

export const withDates = fc.record({
  startsIn: fc.option(fc.integer({ min: -40, max: 40 })),
  endsIn: fc.option(fc.integer({ min: 41, max: 90 })),
});
const dateAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function bounds(after: number, { startsIn, endsIn }: { startsIn: number | null; endsIn: number | null }) {
  return {
    ...(startsIn === null ? {} : { starts_on: dateAt(after + startsIn * DAY) }),
    ...(endsIn === null ? {} : { ends_on: dateAt(after + endsIn * DAY) }),
  };
}
