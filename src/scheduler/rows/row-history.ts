// The outcome of each occurrence, from the ledger: of one row, or of the whole schedule.
import {
  listLedgerOfSchedule,
  listRowLedger,
  type LedgerCursor,
  type RowRun,
} from '../../db/rows/queries/list-ledger.js';
import { cursorOf, heldMoment, limitOf, pageOf } from '../contracts/page.js';
import type { Page, PageQuery } from '../contracts/scheduler.js';
import type { RowScheduleAtWork } from './row-schedule.js';

/** One occurrence that has ended, is being processed or was left out; or a gap of occurrences that a misfire policy left out. */
export interface RowHistoryEntry {
  readonly key: string;
  readonly scheduledFor: Date;
  /** `enqueued`: a job processes it. `failed`: it waits for its next attempt. `dead`: it was given up. */
  readonly outcome: 'completed' | 'skipped' | 'coalesced' | 'enqueued' | 'failed' | 'dead';
  /** For a gap: the number of occurrences, counted up to 1,000. Otherwise 1. */
  readonly occurrences: number;
  /** For a gap: the last one. */
  readonly lastScheduledFor: Date | null;
  readonly attempts: number;
  readonly dueAt: Date | null;
  readonly finishedAt: Date;
  readonly reason: string | null;
  readonly runId: string | null;
}

export interface RowHistoryQuery extends PageQuery {
  /** Only this row, by nominal time. Default: all rows, by when each entry was written. */
  readonly key?: string;
  /** Only what failed or was given up; not together with `key`. */
  readonly troubled?: boolean;
}

export async function readHistory(
  { definition, db }: RowScheduleAtWork,
  query: RowHistoryQuery,
): Promise<Page<RowHistoryEntry>> {
  const limit = limitOf(query);
  if (query.key !== undefined) {
    const before = cursorOf(query, heldMoment);
    const rows = await listRowLedger(db, definition.name, { key: query.key, before, limit });
    return pageOf(rows, limit, entryOf, ({ scheduled_for }) => scheduled_for);
  }
  const after = cursorOf(query, heldPlace);
  const rows = await listLedgerOfSchedule(db, definition.name, { troubled: query.troubled === true, after, limit });
  return pageOf(rows, limit, entryOf, ({ finished_text, row_key, scheduled_for }) => [
    finished_text,
    row_key,
    scheduled_for,
  ]);
}

function heldPlace(held: unknown): LedgerCursor | null {
  const [finished, key, at] = Array.isArray(held) ? (held as unknown[]) : [];
  const scheduledFor = heldMoment(at);
  if (typeof finished !== 'string' || !/^-?\d{1,15}(\.\d{1,9})?$/.test(finished)) return null;
  return typeof key === 'string' && scheduledFor !== null ? { finished, key, scheduledFor } : null;
}

const entryOf = (row: RowRun): RowHistoryEntry => ({
  key: row.row_key,
  scheduledFor: row.scheduled_for,
  outcome: row.outcome as RowHistoryEntry['outcome'],
  occurrences: row.occurrences,
  lastScheduledFor: row.last_scheduled_for,
  attempts: row.attempts,
  dueAt: row.due_at,
  finishedAt: row.finished_at,
  reason: row.reason,
  runId: row.run_id,
});
