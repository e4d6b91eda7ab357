// Updates rows before anything is claimed: ended pauses, and rows whose schedule changed.
import type { Db } from '../../db/database.js';
import {
  dateScheduleChange,
  staleSubscription,
  staleSubscriptions,
  writeRecomputed,
  type RecomputedRow,
  type RecomputeRow,
} from '../../db/subscriptions/change/recompute.js';
import { wakePausedSubscriptions } from '../../db/subscriptions/change/wake-paused.js';
import { replanChanged, unchanged } from './replan.js';
import type { ScheduleBook } from './stored-schedule.js';

const BATCH = 500;

/** Rows that cannot be computed are left unchanged: the claim records the error, and others are not delayed. */
function replanned(row: RecomputeRow, schedules: ScheduleBook): RecomputedRow {
  try {
    return replanChanged(row, schedules.compiled(row));
  } catch {
    return unchanged(row);
  }
}

/** Recomputes every row whose schedule changed; returns how many. Any number of instances may do this at once. */
export async function recomputeStale(db: Db, schedules: ScheduleBook, now: Date | null): Promise<number> {
  for (let done = 0; ;) {
    const rows = await staleSubscriptions(db, now, BATCH);
    const written = await writeRecomputed(
      db,
      rows.map((row) => replanned(row, schedules)),
      now,
    );
    done += written;
    // nothing written: another instance is processing the same rows
    if (rows.length < BATCH || written === 0) return done;
  }
}

/** The same for one subscription, at once, in the transaction that changed it. */
export async function recomputeOne(db: Db, schedules: ScheduleBook, id: string, now: Date | null): Promise<void> {
  if (now !== null) await dateScheduleChange(db, id, now);
  const rows = await staleSubscription(db, now, id);
  await writeRecomputed(
    db,
    rows.map((row) => replanned(row, schedules)),
    now,
  );
}

/** Ends pauses whose time has come; returns how many. */
export async function wakePaused(db: Db, now: Date | null): Promise<number> {
  for (let woken = 0; ;) {
    const count = await wakePausedSubscriptions(db, now, BATCH);
    woken += count;
    if (count < BATCH) return woken;
  }
}
