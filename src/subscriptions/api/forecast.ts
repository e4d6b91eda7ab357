// Forecasts how many occurrences fall due: the stored next run of each, and what its schedule says comes after that.
import type { Db } from '../../db/database.js';
import { scheduleGroups, storedOccurrences, type ScheduleGroup } from '../../db/subscriptions/queries/forecast.js';
import { databaseNow } from '../../db/engine/queries/database-now.js';
import type { ScheduleBook } from '../schedules/stored-schedule.js';
import type { ForecastBucket } from './subscriptions-api.js';

/** Frequencies that can have more than one occurrence within this number of hours. */
const REPEATS_WITHIN_H: Readonly<Record<string, number>> = {
  hourly: 0,
  cron: 0,
  daily: 20,
  weekly: 160,
  monthly: 27 * 24,
  quarterly: 89 * 24,
  yearly: 364 * 24,
};

/** Beyond these the rest is left out: a forecast is a picture, not an account. */
const MAX_GROUPS = 5_000;
const MAX_STEPS = 200_000;

export interface ForecastRequest {
  readonly hours: number;
  readonly bucketMinutes: number;
  readonly now: Date | null;
}

/** Buckets from now on, empty ones included; what is due already stands in the first. */
export async function forecast(
  db: Db,
  schedules: ScheduleBook,
  { hours, bucketMinutes, now }: ForecastRequest,
): Promise<readonly ForecastBucket[]> {
  const bucketMs = bucketMinutes * 60_000;
  const startMs = (await databaseNow(db, now)).getTime();
  const counts = new Array<number>(Math.ceil((hours * 3_600_000) / bucketMs)).fill(0);
  const add = (bucket: number, count: number): void => {
    if (bucket >= 0 && bucket < counts.length) counts[bucket] = (counts[bucket] as number) + count;
  };
  for (const { bucket, count } of await storedOccurrences(db, { now, hours, bucketS: bucketMs / 1_000 }))
    add(bucket, count);

  const frequencies = Object.keys(REPEATS_WITHIN_H).filter((name) => hours > (REPEATS_WITHIN_H[name] as number));
  const groups = await scheduleGroups(db, { now, hours, frequencies, limit: MAX_GROUPS });
  for (const { atMs, count } of following(groups, schedules, startMs, startMs + counts.length * bucketMs)) {
    add(Math.floor((atMs - startMs) / bucketMs), count);
  }
  return counts.map((occurrences, index) => ({ at: new Date(startMs + index * bucketMs), occurrences }));
}

function* following(
  groups: readonly ScheduleGroup[],
  schedules: ScheduleBook,
  startMs: number,
  endMs: number,
): Generator<{ atMs: number; count: number }> {
  let steps = 0;
  for (const group of groups) {
    const compiled = schedules.compiled(group);
    let atMs = compiled.next(Math.max(group.nextRunMs, startMs));
    while (atMs !== null && atMs < endMs && steps < MAX_STEPS) {
      yield { atMs, count: group.count };
      atMs = compiled.next(atMs);
      steps += 1;
    }
  }
}
