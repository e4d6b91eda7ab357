// Enqueue: any number of jobs in one statement, in whatever transaction the caller is in.
import type { Queryable } from '../../database.js';
import type { NewJobRow } from './rows.js';

/** A job that was not inserted because its unique key is held. */
export interface RefusedJob {
  readonly id: string;
  readonly unique_key: string;
}

const COLUMNS = `id uuid, type text, queue text, payload jsonb, priority smallint, run_at timestamptz,
  scheduled_for timestamptz, max_attempts integer, timeout_ms integer, unique_key text, key_ms double precision,
  tenant_id text, bucket smallint, workspace_id text, user_id text, group_id text, parent_id uuid,
  open_dependencies integer, has_dependents boolean, dependency_failure text, schedule jsonb, series_id uuid`;
const NAMES = COLUMNS.replaceAll(/ (uuid|text|jsonb|smallint|timestamptz|integer|double precision|boolean)/g, '');

const INSERT = `
WITH input AS MATERIALIZED (
  SELECT u.*, coalesce($2::timestamptz, now()) AS at, count(*) OVER () AS total
  FROM ROWS FROM (json_to_recordset($1::json) AS (${COLUMNS})) WITH ORDINALITY AS u (${NAMES}, place)
), taken AS (
  INSERT INTO {schema}.job_keys AS k (key, job_id, expires_at)
  SELECT unique_key, id, coalesce(at + key_ms * interval '1 millisecond', 'infinity')
  FROM input WHERE unique_key IS NOT NULL ORDER BY unique_key
  ON CONFLICT (key) DO UPDATE SET job_id = excluded.job_id, expires_at = excluded.expires_at
    WHERE k.expires_at <= coalesce($2::timestamptz, now())
  RETURNING job_id
), inserted AS (
  INSERT INTO {schema}.jobs (id, type, queue, payload, status, priority, run_at, scheduled_for, max_attempts,
    timeout_ms, unique_key, tenant_id, bucket, workspace_id, user_id, group_id, parent_id, open_dependencies, blocked,
    has_dependents, dependency_failure, schedule, series_id, created_at)
  SELECT id, type, coalesce(queue, 'default'), coalesce(payload, '{}'),
    CASE WHEN open_dependencies > 0 THEN 'waiting' ELSE 'pending' END, coalesce(priority, 2),
    -- distinct times in the order given: what is due at once keeps its order, and a claim can tell where the last one stopped
    coalesce(run_at, at - ($3::integer + total - place) * interval '1 microsecond'),
    date_trunc('milliseconds', coalesce(scheduled_for, run_at, at)), coalesce(max_attempts, 5), timeout_ms, unique_key,
    tenant_id, coalesce(bucket, -1), workspace_id, user_id, group_id, parent_id, coalesce(open_dependencies, 0),
    coalesce(open_dependencies, 0) > 0, coalesce(has_dependents, false), coalesce(dependency_failure, 'cancel'),
    schedule, series_id, at
  FROM input
  WHERE unique_key IS NULL OR id IN (SELECT job_id FROM taken)
)
SELECT id, unique_key FROM input WHERE unique_key IS NOT NULL AND id NOT IN (SELECT job_id FROM taken)`;

/**
 * Inserts jobs and answers those refused for their unique key. No two of `rows` may have the same key. Two transactions
 * that enqueue one key at once: the second waits for the first, then is refused (or inserted, if the first rolled back).
 * `following`: how many rows of the same call come after these, in further statements.
 */
export async function insertJobs(
  db: Queryable,
  rows: readonly NewJobRow[],
  now: Date | null = null,
  following = 0,
): Promise<readonly RefusedJob[]> {
  const values = [JSON.stringify(rows), now, following];
  const result = await db.query<RefusedJob & Record<string, unknown>>(INSERT, values);
  return result.rows;
}

/** Who holds these keys now. */
export async function findKeyHolders(db: Queryable, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ key: string; job_id: string }>(
    'SELECT key, job_id FROM {schema}.job_keys WHERE key = ANY($1)',
    [keys],
  );
  return new Map(rows.map(({ key, job_id }) => [key, job_id]));
}

/** Gives the keys of jobs back that hold them until they end (or start). */
export async function releaseKeys(db: Queryable, keys: readonly string[], jobIds: readonly string[]): Promise<void> {
  await db.query(
    `DELETE FROM {schema}.job_keys k USING unnest($1::text[], $2::uuid[]) AS u (key, job_id)
     WHERE k.key = u.key AND k.job_id = u.job_id AND k.expires_at = 'infinity'`,
    [keys, jobIds],
  );
}
