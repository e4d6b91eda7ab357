// Plans rows that have no next run yet, whose schedule was changed, or that are active again; and all others after a change of the zone
// rules.
import { toError } from '../../../base/errors.js';
import type { Db } from '../../../db/database.js';
import { claimPlannedRows, claimUnplannedRows, openUpkeep } from '../../../db/rows/queries/claim-rows.js';
import type { StoredRow } from '../../../db/rows/queries/row.js';
import { writePlannedRows, type PlannedRow } from '../../../db/rows/queries/settle-rows.js';
import { anchorOf, pausedRow, plannedRow, replanForZoneRules, suspendedRow } from '../plan/plan-unplanned.js';
import type { RowScheduleAtWork } from '../row-schedule.js';

const BATCH = 1_000;
const IDLE_MS = 30_000;

/** A million rows of a new schedule must not delay those that are due: ten thousand at a time. */
const BATCHES = 10;

/** Plans unplanned rows; any number of instances may do this at once. Returns true if there may be more. */
export async function planWaitingRows(schedule: RowScheduleAtWork, closing: AbortSignal): Promise<boolean> {
  for (let batch = 0; batch < BATCHES && !closing.aborted; batch += 1) {
    const count = await schedule.db.transaction((tx) => planSome(schedule, tx));
    if (count < BATCH) return false;
  }
  return true;
}

async function planSome(schedule: RowScheduleAtWork, tx: Db): Promise<number> {
  const nowMs = await openUpkeep(tx, IDLE_MS, schedule.now());
  const rows = await claimUnplannedRows(tx, schedule.statements(), BATCH);
  await writePlannedRows(
    tx,
    schedule.statements(),
    rows.map((row) => planOne(schedule, row, nowMs)),
  );
  return rows.length;
}

function planOne({ book, now }: RowScheduleAtWork, row: StoredRow, nowMs: number): PlannedRow {
  const moment = { nowMs, manual: now() !== null };
  if (!row.active) return pausedRow(row, moment);
  try {
    return plannedRow(row, book.compiled(row, anchorOf(row, nowMs)), moment);
  } catch (error) {
    return suspendedRow(row, moment, toError(error).message.slice(0, 500));
  }
}

export interface ZoneReplan {
  readonly looked: number;
  readonly moved: number;
}

/** Recomputes next runs by the current zone rules. `onProgress` is called for each page. */
export async function replanForNewRules(
  schedule: RowScheduleAtWork,
  closing: AbortSignal,
  onProgress: (so: ZoneReplan) => void,
): Promise<ZoneReplan> {
  let [looked, moved] = [0, 0];
  for (let after: string | null = null; !closing.aborted;) {
    const page: readonly StoredRow[] = await schedule.db.transaction(async (tx) => {
      const nowMs = await openUpkeep(tx, IDLE_MS, schedule.now());
      const rows = await claimPlannedRows(tx, schedule.statements(), after, BATCH);
      const plans = rows.flatMap((row) => replanOne(schedule, row, nowMs) ?? []);
      await writePlannedRows(tx, schedule.statements(), plans);
      moved += plans.length;
      return rows;
    });
    looked += page.length;
    onProgress({ looked, moved });
    after = page.at(-1)?.key ?? null;
    if (page.length < BATCH) break;
  }
  return { looked, moved };
}

function replanOne({ book, now }: RowScheduleAtWork, row: StoredRow, nowMs: number): PlannedRow | null {
  try {
    return replanForZoneRules(row, book.compiled(row, row.anchorMs), { nowMs, manual: now() !== null });
  } catch {
    return null; // it is suspended, with the reason, when it falls due
  }
}
