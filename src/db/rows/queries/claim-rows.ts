// Locks rows for the transaction that plans them. The lock is the claim: an aborted transaction leaves nothing behind.
import type { Db } from '../../database.js';
import type { RowStatements } from '../row-statements.js';
import type { StoredRow } from './row.js';

type Row = StoredRow & Record<string, unknown>;

export interface OpenedBatch {
  /** The database's clock in this transaction, or the manual one. */
  readonly nowMs: number;
  /** The process is enabled and not paused. */
  readonly active: boolean;
}

/**
 * The first statement in the transaction of a batch. It limits how long the transaction may be idle, because a process that is suspended in
 * the middle would keep its rows locked.
 */
export async function openBatch(tx: Db, process: string, idleMs: number, now: Date | null): Promise<OpenedBatch> {
  const { rows } = await tx.query<{ now_ms: number; active: boolean | null; idle: string }>(
    `SELECT date_part('epoch', moment) * 1000 AS now_ms, set_config('idle_in_transaction_session_timeout', $3::text, true) AS idle,
       (SELECT p.enabled AND (p.paused_until IS NULL OR p.paused_until <= moment)
          FROM {schema}.scheduler_processes p WHERE p.name = $1) AS active
       FROM (SELECT coalesce($2::timestamptz, now()) AS moment) AS clock`,
    [process, now, String(idleMs)],
  );
  const { now_ms, active } = rows[0] as { now_ms: number; active: boolean | null };
  return { nowMs: Math.floor(now_ms + 0.0005), active: active ?? true };
}

/** Up to `limit` rows that are due, the earliest first. */
export async function claimDueRows(tx: Db, { claimDue }: RowStatements, now: Date | null, limit: number) {
  return (await tx.query<Row>(claimDue, [now, limit])).rows as readonly StoredRow[];
}

/** Returns those of these rows that are (still) due. */
export async function claimRowsByKey(tx: Db, { claimKeys }: RowStatements, now: Date | null, keys: readonly string[]) {
  return (await tx.query<Row>(claimKeys, [now, keys])).rows as readonly StoredRow[];
}

/** Up to `limit` rows whose next run must be computed. */
export async function claimUnplannedRows(tx: Db, { claimUnplanned }: RowStatements, limit: number) {
  return (await tx.query<Row>(claimUnplanned, [limit])).rows as readonly StoredRow[];
}

/** Rows with a next run, page by page in the order of their keys. */
export async function claimPlannedRows(
  tx: Db,
  { claimPlannedAfter }: RowStatements,
  after: string | null,
  limit: number,
) {
  return (await tx.query<Row>(claimPlannedAfter, [after, limit])).rows as readonly StoredRow[];
}

/** One row, without a lock; undefined: it was deleted. */
export async function readRow(db: Db, { readOne }: RowStatements, key: string): Promise<StoredRow | undefined> {
  return (await db.query<Row>(readOne, [key])).rows[0];
}

/** The first statement in a transaction that plans; returns the time. It keeps the planner from reading the whole table for a few rows. */
export async function openUpkeep(tx: Db, idleMs: number, now: Date | null): Promise<number> {
  const { rows } = await tx.query<{ now_ms: number }>(
    `SELECT date_part('epoch', coalesce($1::timestamptz, now())) * 1000 AS now_ms, set_config('enable_seqscan', 'off', true) AS scan,
       set_config('idle_in_transaction_session_timeout', $2::text, true) AS idle`,
    [now, String(idleMs)],
  );
  return Math.floor((rows[0] as { now_ms: number }).now_ms + 0.0005);
}
