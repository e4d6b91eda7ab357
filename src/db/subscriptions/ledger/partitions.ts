// Monthly partitions of the ledger: created in advance, and dropped when all of their rows are old.
import type { Db } from '../../database.js';

const AHEAD = `
SELECT count(*) FILTER (WHERE {schema}.{rows}_make_partition(
         (date_trunc('month', coalesce($1::timestamptz, now()) AT TIME ZONE 'UTC') + make_interval(months => n))::date))::int AS made
  FROM (SELECT set_config('lock_timeout', '2s', true) OFFSET 0) AS patience CROSS JOIN generate_series(0, $2::int) AS n`;

/** Creates the partitions of this month and the next `months`; returns how many were missing. Throws if the ledger is locked. */
export async function makeLedgerPartitions(db: Db, now: Date | null, months: number): Promise<number> {
  const { rows } = await db.query<{ made: number }>(AHEAD, [now, months]);
  return rows[0]?.made ?? 0;
}

const EXPIRED = `
SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
 WHERE i.inhparent = '{schema}.{rows}_runs'::regclass AND c.relname ~ '^{rows}_runs_\\d{4}_\\d{2}$'
   AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month'
       <= (coalesce($1::timestamptz, now()) AT TIME ZONE 'UTC') - make_interval(days => $2)
 ORDER BY c.relname`;

const LOCK_NOT_AVAILABLE = '55P03';

/** Drops partitions in which all occurrences are older than `days`; returns their names. Those that are being read are left for later. */
export async function dropLedgerPartitions(db: Db, now: Date | null, days: number): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(EXPIRED, [now, days]);
  const dropped: string[] = [];
  for (const { name } of rows) {
    try {
      await db.query('SELECT {schema}.{rows}_drop_partition($1)', [name]);
      dropped.push(name);
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    }
  }
  return dropped;
}

const PRUNE_DEFAULT = `
DELETE FROM {schema}.{rows}_runs_default WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM {schema}.{rows}_runs_default
   WHERE scheduled_for < coalesce($1::timestamptz, now()) - make_interval(days => $2) LIMIT $3))`;

/** Deletes up to `limit` rows older than `days` from the default partition; returns how many. */
export async function pruneDefaultPartition(db: Db, now: Date | null, days: number, limit: number): Promise<number> {
  const { rowCount } = await db.query(PRUNE_DEFAULT, [now, days, limit]);
  return rowCount ?? 0;
}
