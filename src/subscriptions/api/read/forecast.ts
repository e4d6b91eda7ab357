// Forecasts how many occurrences fall due: the stored next run of each subscription, and further occurrences by its schedule.
import { setImmediate as breathe } from 'node:timers/promises';
import type { Db } from '../../../db/database.js';
import {
  forecastFrame,
  scheduleGroups,
  storedOccurrences,
  type ScheduleGroup,
} from '../../../db/subscriptions/read/forecast.js';
import { localBuckets, type ZoneOffsets } from '../../../scheduler/schedule/index.js';
import type { ScheduleBook } from '../../schedules/stored-schedule.js';
import type { ForecastBucket } from '../subscriptions-api.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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

/** Further groups are left out: a forecast is an estimate. */
const MAX_GROUPS = 5_000;
const MAX_STEPS = 200_000;
/** About how many rows of a larger table are read. The counts are scaled up, and are within a few per cent. */
const SAMPLED_ROWS = 10_000;
/** Occurrences computed before yielding to other work: a few milliseconds. */
const STEPS_AT_ONCE = 2_000;

export interface ForecastRequest {
  readonly hours: number;
  readonly bucketMinutes: number;
  /** Buckets begin at full hours or days of this zone; null: the first begins now, and all have the same length. */
  readonly zone: ZoneOffsets | null;
  readonly now: Date | null;
  /** Rows to read of a larger table. */
  readonly sampledRows?: number;
}

/** Buckets from now on, including empty ones; what is already due counts in the first. */
export async function forecast(
  db: Db,
  schedules: ScheduleBook,
  { hours, bucketMinutes, zone, now, sampledRows = SAMPLED_ROWS }: ForecastRequest,
): Promise<readonly ForecastBucket[]> {
  const frame = await forecastFrame(db, now);
  const percent = Math.min(100, (sampledRows / Math.max(1, frame.rows ?? 0)) * 100);
  const fromMs = frame.now.getTime();
  const untilMs = fromMs + hours * HOUR;
  const range = { fromMs, untilMs, bucketMs: bucketMinutes * MINUTE };
  const startsMs = zone === null ? evenBuckets(range) : localBuckets(zone, range);
  const counts = startsMs.map(() => 0);
  const add = (index: number, count: number): void => {
    if (index < counts.length) counts[index] = (counts[index] ?? 0) + count;
  };
  const scope = { now, hours, percent };
  // time may have passed between the two statements: the first bucket contains what is already due
  for (const { bucket, count } of await storedOccurrences(db, { ...scope, startsMs })) add(Math.max(0, bucket), count);

  const frequencies = Object.keys(REPEATS_WITHIN_H).filter((name) => hours > (REPEATS_WITHIN_H[name] as number));
  const within = bucketMinutes < 60 ? 'minute' : 'hour';
  const groups = await scheduleGroups(db, { ...scope, frequencies, within, limit: MAX_GROUPS });
  let steps = 0;
  for (const { atMs, count } of following(groups, schedules, fromMs, untilMs)) {
    add(indexOf(startsMs, atMs), count);
    if (++steps % STEPS_AT_ONCE === 0) await breathe();
  }
  const estimated = percent < 100;
  const scaled = (count: number): number => (estimated ? Math.round((count * 100) / percent) : count);
  return startsMs.map((ms, index) => ({ at: new Date(ms), occurrences: scaled(counts[index] ?? 0), estimated }));
}

function evenBuckets({ fromMs, untilMs, bucketMs }: { fromMs: number; untilMs: number; bucketMs: number }): number[] {
  return Array.from({ length: Math.ceil((untilMs - fromMs) / bucketMs) }, (_, index) => fromMs + index * bucketMs);
}

/** The last of these that is not after `atMs`. */
function indexOf(startsMs: readonly number[], atMs: number): number {
  let [low, high] = [0, startsMs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startsMs[middle] as number) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
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
