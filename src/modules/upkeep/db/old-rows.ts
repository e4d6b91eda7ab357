// Rows that are old enough to be cleaned: counted, or removed in batches of one transaction each, with a time limit.
import { isSchedulerError, type Database, type Db } from '../../../scheduler/public.js';
import type { CleanedTable } from '../options.js';

export interface OldRows {
  readonly table: CleanedTable;
  /** Rows older than this many days; 0: older than now. */
  readonly keepDays: number;
  /** The manual clock of a test; null: the database's. */
  readonly now: Date | null;
}

export interface CleanedBatch {
  /** Rows that were locked for it; fewer than requested means that no more are left. */
  readonly picked: number;
  readonly cleaned: number;
  /** The age of the youngest one, in PostgreSQL's notation: where the next batch begins. */
  readonly until: string | null;
}

/**
 * The server itself ensures that no lock of a batch is held for a second: it rolls back a statement that takes this long, one that waits
 * this long for a lock on a table, and one whose COMMIT is late because the event loop of this process is blocked. The COMMIT does not wait
 * for the disk: a batch that is undone by a crash of the server is repeated.
 */
const SETTINGS = `SET LOCAL statement_timeout = 500; SET LOCAL lock_timeout = 250;
  SET LOCAL idle_in_transaction_session_timeout = 400; SET LOCAL synchronous_commit = off`;

const CUTOFF = `coalesce($1::timestamptz, now()) - $2::int * interval '1 day'`;
/** The next batch begins after the entries of rows that were just deleted, which are at the head of the index. */
const SINCE = `coalesce($3::timestamptz, '-infinity')`;

const deleteFrom = (view: string): string => `
  WITH old AS MATERIALIZED (
    SELECT id, at FROM {schema}.${view} WHERE at >= ${SINCE} AND at < ${CUTOFF} ORDER BY at LIMIT $4 FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM {schema}.${view} v USING old WHERE v.id = old.id AND v.at = old.at RETURNING v.id
  )
  SELECT (SELECT count(*) FROM old)::int AS picked, (SELECT count(*) FROM gone)::int AS cleaned,
    (SELECT max(at) FROM old)::text AS until`;

const MOVE_VISITS = `SELECT picked, cleaned, until FROM {schema}.upkeep_move_visits(${SINCE}, ${CUTOFF}, $4)`;

/** Exported so that their plans can be examined. */
const BATCHES: Readonly<Record<CleanedTable, string>> = {
  verification_codes: deleteFrom('upkeep_verification_codes'),
  oauth_states: deleteFrom('upkeep_oauth_states'),
  page_visits: MOVE_VISITS,
};

/**
 * Removes up to `most` rows, the oldest first, starting at the age `since`. Locked rows are left for later. Rejects if that takes too long
 * (`tookTooLong`); then nothing has been changed.
 */
export const cleanBatch = (
  db: Database,
  { table, keepDays, now }: OldRows,
  { since, most }: { readonly since: string | null; readonly most: number },
): Promise<CleanedBatch> =>
  db.transaction(async (tx) => {
    await tx.query(SETTINGS);
    const { rows } = await tx.query<CleanedBatch & Record<string, unknown>>(BATCHES[table], [
      now,
      keepDays,
      since,
      most,
    ]);
    return rows[0] as CleanedBatch;
  });

/** statement_timeout, lock_timeout, idle_in_transaction_session_timeout. */
const TOO_LONG = new Set(['57014', '55P03', '25P03']);

/** The last of the three also ends the connection. */
export const tookTooLong = (error: unknown): boolean =>
  isSchedulerError(error, 'DATABASE_UNAVAILABLE') || TOO_LONG.has(String((error as { code?: unknown } | null)?.code));

/** Counts what would be removed; changes nothing. */
export async function countOld(db: Db, { table, keepDays, now }: OldRows): Promise<number> {
  const { rows } = await db.query<{ old: string }>(
    `SELECT count(*)::text AS old FROM {schema}.upkeep_${table} WHERE at < ${CUTOFF}`,
    [now, keepDays],
  );
  return Number(rows[0]?.old);
}

/** The tables that no longer exist: the host has dropped them, and our views with them. */
export async function absentTables(db: Db, tables: readonly CleanedTable[]): Promise<readonly CleanedTable[]> {
  const { rows } = await db.query<{ name: CleanedTable }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass('{schema}.upkeep_' || name) IS NULL`,
    [tables],
  );
  return rows.map(({ name }) => name);
}
