// The state of a row schedule at a glance: for status, health and metrics. Counts are capped, so that they stay cheap.
import { countRows, suspendedRows } from '../../db/rows/queries/next-due.js';
import type { RowScheduleAtWork } from './row-schedule.js';
import type { RowTallies } from './row-tally.js';

export interface RowScheduleStatus {
  readonly name: string;
  readonly table: string;
  /** Rows that are due now, counted up to 10,000; so are the next two. */
  readonly due: number;
  /** Rows whose next run has not been computed yet. */
  readonly unplanned: number;
  /** Rows that do not run because their schedule cannot be read or too many of their occurrences were given up. */
  readonly suspended: number;
  readonly nextDueAt: Date | null;
  /** How long the earliest due row has waited, in seconds. */
  readonly lagS: number;
  /** It has waited for longer than the schedule allows. */
  readonly lagging: boolean;
  /** Outcomes of occurrences on this instance since its start; with `run`, `completed` counts jobs that were stored. */
  readonly ended: RowTallies;
}

export interface SuspendedRow {
  readonly key: string;
  readonly error: string | null;
}

const CAP = 10_000;

export async function readRowStatus(schedule: RowScheduleAtWork): Promise<RowScheduleStatus> {
  const { definition, settings, tally, db, statements, now } = schedule;
  const { due, unplanned, suspended, nextDueMs, nowMs } = await countRows(db, statements(), now(), CAP);
  const finite = nextDueMs !== null && Number.isFinite(nextDueMs);
  const lagS = due > 0 && finite ? Math.max(0, (nowMs - nextDueMs) / 1_000) : 0;
  return {
    name: definition.name,
    table: definition.table.replace('{schema}', db.schema),
    ...{ due, unplanned, suspended, lagS },
    nextDueAt: finite ? new Date(nextDueMs) : null,
    lagging: lagS > settings.lagWarnS,
    ended: tally.read(),
  };
}

export const readSuspendedRows = (
  { db, statements }: RowScheduleAtWork,
  limit: number,
): Promise<readonly SuspendedRow[]> => suspendedRows(db, statements(), limit);
