// Facts about the whole installation, such as the tz database its next runs were computed with.
import type { Db } from '../database.js';

export async function readMeta(db: Db, key: string): Promise<unknown> {
  const { rows } = await db.query<{ value: unknown }>(`SELECT value FROM {schema}.scheduler_meta WHERE key = $1`, [
    key,
  ]);
  return rows[0]?.value ?? null;
}

export async function writeMeta(db: Db, key: string, value: unknown): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.scheduler_meta (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [key, JSON.stringify(value)],
  );
}

/** The server's version, as it names itself: `15.8`. */
export async function serverVersion(db: Db): Promise<string> {
  const { rows } = await db.query<{ version: string }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version`,
  );
  return rows[0]?.version ?? 'unknown';
}

const KEEP_RUNS = `'90 days'`;
const KEEP_INSTANCES = `'7 days'`;

/** Takes away what is too old to be asked for, a bounded number of rows at a time. */
export async function pruneHistory(db: Db, limit = 1_000): Promise<void> {
  await db.query(
    `WITH runs AS (
       DELETE FROM {schema}.scheduler_runs WHERE id IN (
         SELECT id FROM {schema}.scheduler_runs
         WHERE started_at < now() - interval ${KEEP_RUNS} AND status <> 'running' ORDER BY started_at LIMIT $1)
     ), keys AS (
       DELETE FROM {schema}.idempotency_keys WHERE (process, key) IN (
         SELECT process, key FROM {schema}.idempotency_keys WHERE created_at < now() - interval '24 hours' LIMIT $1)
     )
     DELETE FROM {schema}.scheduler_instances
     WHERE state IN ('dead', 'stopped') AND ended_at < now() - interval ${KEEP_INSTANCES}`,
    [limit],
  );
}
