// Keeps count of adopted rows that are left alone or read with a default, without ever holding a caller up.
import type { Clock } from '../base/clock.js';
import { sleep } from '../base/sleep.js';
import type { Db } from '../db/database.js';
import { countIrregularRows, distinctSchedules } from '../db/queries/subscriptions/irregular.js';
import { STATUS_MOVES } from './status-moves.js';
import type { ScheduleBook } from './stored-schedule.js';

type Counts = Readonly<Record<string, number>>;

/** A caller waits so long at most for the first count; after that it is done in the background. */
const PATIENCE_MS = 100;
const SMALL_MS = 50;
const KEEP_FACTOR = 200;
const DISTINCT = 1_000;

/** Answers the latest counts, by what is wrong; empty when all is in order. */
export function createIrregularCounter(deps: {
  readonly db: Db;
  readonly schedules: ScheduleBook;
  readonly clock: Clock;
}): () => Promise<Counts> {
  const { db, schedules, clock } = deps;
  let latest: Counts = {};
  let untilMs = -Infinity;
  let counting: Promise<void> | null = null;

  const count = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const [rows, distinct] = await Promise.all([
      countIrregularRows(db, Object.keys(STATUS_MOVES)),
      distinctSchedules(db, DISTINCT),
    ]);
    const counts: Record<string, number> = { ...rows };
    for (const { count: howMany, ...stored } of distinct) {
      for (const problem of schedules.read({ ...stored, anchorMs: 0 }).irregular) {
        // frequency and zone are counted once, in the groups without the rest
        if ((problem === 'invalid_schedule') !== (stored.schedule !== null)) continue;
        counts[problem] = (counts[problem] ?? 0) + howMany;
      }
    }
    latest = Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0));
    const costMs = clock.monotonicMs() - startedMs;
    untilMs = costMs < SMALL_MS ? -Infinity : clock.monotonicMs() + costMs * KEEP_FACTOR;
  };

  return async () => {
    if (clock.monotonicMs() < untilMs) return latest;
    counting ??= count().finally(() => {
      counting = null;
    });
    // a failed count shows as the last good one; the caller's own statements will tell that the database is gone
    const quietly = counting.catch(() => {});
    await Promise.race([quietly, sleep(PATIENCE_MS)]);
    return latest;
  };
}
