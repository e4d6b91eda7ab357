// Counts adopted rows that are ignored or read with a default, without delaying callers or loading the server.
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../base/clock.js';
import { sleep } from '../../../base/timing/sleep.js';
import type { Db } from '../../../db/database.js';
import {
  countIrregularRows,
  distinctSchedules,
  tablesToCount,
  type DistinctSchedule,
  type Slice,
} from '../../../db/subscriptions/read/irregular.js';
import { STATUS_MOVES } from '../change/status-moves.js';
import type { ScheduleBook } from '../../schedules/stored-schedule.js';

type Counts = Readonly<Record<string, number>>;

/** Callers wait for counts for at most this time; after that, counting continues in the background. */
const PATIENCE_MS = 250;
const SMALL_MS = 50;
const KEEP_FACTOR = 200;
/** A large table is read in slices of this number of blocks, with pauses this many times as long as a slice took: a tenth of a core. */
const SLICE_BLOCKS = 200;
const PAUSE_FACTOR = 9;
/** Schedules looked at in a slice, in this process. */
const DISTINCT = 500;

export interface IrregularDeps {
  readonly db: Db;
  readonly schedules: ScheduleBook;
  readonly clock: Clock;
  readonly sliceBlocks?: number;
}

/** Returns the latest counts by kind of problem; empty if there are none, or partial during the first count. */
export function createIrregularCounter(deps: IrregularDeps): () => Promise<Counts> {
  const { db, schedules, clock, sliceBlocks = SLICE_BLOCKS } = deps;
  let latest: Counts = {};
  let complete = false;
  let untilMs = -Infinity;
  let counting: Promise<void> | null = null;
  let beganMs = -Infinity;

  const count = async (): Promise<void> => {
    const counts: Record<string, number> = {};
    const add = (more: Counts): void => {
      for (const [problem, howMany] of Object.entries(more)) {
        if (howMany > 0) counts[problem] = (counts[problem] ?? 0) + howMany;
      }
      if (!complete) latest = { ...counts };
    };
    const { processingBlocks, subscriptionBlocks, keyed } = await tablesToCount(db);
    const known = { statuses: Object.keys(STATUS_MOVES), keyed };
    const costMs = await inSlices([
      ...slicesOf(processingBlocks).map(
        (slice) => async () => add({ ...(await countIrregularRows(db, known, slice)) }),
      ),
      ...slicesOf(subscriptionBlocks).map(
        (slice) => async () => add(problemsOf(await distinctSchedules(db, DISTINCT, slice), schedules)),
      ),
    ]);
    latest = counts;
    complete = true;
    untilMs = costMs < SMALL_MS ? -Infinity : clock.monotonicMs() + costMs * KEEP_FACTOR;
  };

  const slicesOf = (blocks: number): Slice[] =>
    Array.from({ length: Math.ceil(blocks / sliceBlocks) }, (_, slice) => ({
      from: slice * sliceBlocks,
      to: (slice + 1) * sliceBlocks,
    }));

  /** Returns how long they took, without the pauses. */
  async function inSlices(steps: readonly (() => Promise<void>)[]): Promise<number> {
    let costMs = 0;
    for (const step of steps) {
      const startedMs = clock.monotonicMs();
      await step();
      const tookMs = clock.monotonicMs() - startedMs;
      costMs += tookMs;
      if (costMs > SMALL_MS) await pause(tookMs * PAUSE_FACTOR, undefined, { ref: false });
    }
    return costMs;
  }

  return async () => {
    if (clock.monotonicMs() < untilMs) return latest;
    if (counting === null) {
      beganMs = clock.monotonicMs();
      counting = count().finally(() => {
        counting = null;
      });
    }
    // after a failure the previous counts are shown; the caller's own statements will report that the database is unavailable
    const quietly = counting.catch(() => {});
    const patienceMs = beganMs + PATIENCE_MS - clock.monotonicMs();
    if (patienceMs > 0) await Promise.race([quietly, sleep(patienceMs)]);
    return latest;
  };
}

function problemsOf(distinct: readonly DistinctSchedule[], schedules: ScheduleBook): Counts {
  const counts: Record<string, number> = {};
  for (const { count, ...stored } of distinct) {
    for (const problem of schedules.read({ ...stored, anchorMs: 0 }).irregular) {
      // frequency and zone are counted once, in the groups without the rest
      if ((problem === 'invalid_schedule') !== (stored.schedule !== null)) continue;
      counts[problem] = (counts[problem] ?? 0) + count;
    }
  }
  return counts;
}
