// Enqueues any number of jobs in one statement, in the caller's transaction if there is one. The statement itself is the function
// insert_jobs (functions/insert_jobs.sql), because planning it each time would take longer than storing one job.
import type { Db } from '../../database.js';
import type { NewJobRow } from './rows.js';

/** A job that was not inserted because its unique key is held. */
export interface RefusedJob {
  readonly id: string;
  readonly unique_key: string;
}

/**
 * Inserts jobs and returns those that were refused because their unique key is held. No two of `rows` may have the same key. If two
 * transactions enqueue the same key at once, the second waits for the first, and its job is then refused (or inserted if the first was
 * rolled back). `following`: the number of rows of the same call that follow in further statements.
 */
export async function insertJobs(
  db: Db,
  rows: readonly NewJobRow[],
  now: Date | null = null,
  following = 0,
): Promise<readonly RefusedJob[]> {
  const { rows: refused } = await db.query<RefusedJob & Record<string, unknown>>(
    'SELECT id::text, unique_key FROM {schema}.insert_jobs($1::json, $2::timestamptz, $3::integer)',
    [JSON.stringify(rows), now, following],
  );
  return refused;
}

/**
 * Inserts a job unless its key is held, and returns whether it did. Call it in a transaction. A refused job leaves no lock behind: the
 * insert locks the row of the key even then, but a transaction that replaces the holder must lock that row last.
 */
export async function insertFree(tx: Db, row: NewJobRow, now: Date | null): Promise<boolean> {
  await tx.query('SAVEPOINT punctual_insert');
  const refused = await insertJobs(tx, [row], now);
  await tx.query(refused.length === 0 ? 'RELEASE SAVEPOINT punctual_insert' : 'ROLLBACK TO SAVEPOINT punctual_insert');
  return refused.length === 0;
}

/** The current holders of these keys. */
export async function findKeyHolders(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ key: string; job_id: string }>(
    'SELECT key, job_id::text FROM {schema}.job_keys WHERE key = ANY($1::text[])',
    [keys],
  );
  return new Map(rows.map(({ key, job_id }) => [key, job_id]));
}

/**
 * Releases keys that jobs hold until they end (or start). `all`: also keys that are held for a time, so that the next occurrence can take
 * them over.
 */
export async function releaseKeys(
  db: Db,
  keys: readonly string[],
  jobIds: readonly string[],
  { all = false }: { all?: boolean } = {},
): Promise<void> {
  await db.query(
    `DELETE FROM {schema}.job_keys k USING unnest($1::text[], $2::uuid[]) AS u (key, job_id)
     WHERE k.key = u.key AND k.job_id = u.job_id AND ($3::boolean OR k.expires_at = 'infinity')`,
    [keys, jobIds, all],
  );
}
