// Cancelling and retrying jobs. Every change names the states that it leaves.
import type { Db } from '../../database.js';
import { withoutJobs } from '../queries/rows.js';
import { filterJobs, type JobFilter } from './read-jobs.js';

export interface CancelledRow {
  readonly id: string;
  readonly type: string;
  readonly status: 'cancelled';
  readonly hasDependents: boolean;
  readonly uniqueKey: string | null;
  readonly workspaceId: string | null;
  /** The claim that listed the job, whose holder is notified. */
  readonly wasClaim: string | null;
}

/**
 * Cancels a job in any state. A running job is removed from its claim, so that its end changes nothing. With `pendingOnly`, jobs that are
 * running or have ended are not changed. Call it in a transaction that holds the lock of the claims. The claim is locked before the job,
 * in the same order as at the end of a job.
 */
export async function cancelJob(
  db: Db,
  id: string,
  options: { reason: string; pendingOnly: boolean; now: Date | null },
): Promise<CancelledRow | undefined> {
  const { rows } = await db.query<CancelledRow & Record<string, unknown>>(
    `WITH claim AS MATERIALIZED (
       SELECT token FROM {schema}.job_claims WHERE $1 = ANY(job_ids) FOR UPDATE
     ), cancelled AS (
       UPDATE {schema}.jobs j
       SET status = 'cancelled', completed_at = coalesce($4::timestamptz, now()), error_code = 'CANCELLED',
           error_message = $3, blocked = false
       WHERE j.id = $1 AND j.completed_at IS NULL AND (SELECT count(*) FROM claim) <= CASE WHEN $2 THEN 0 ELSE 1 END
       RETURNING j.id, j.type, j.status, j.has_dependents AS "hasDependents", j.unique_key AS "uniqueKey", j.workspace_id AS "workspaceId"
     ), unlisted AS (
       UPDATE {schema}.job_claims c SET ${withoutJobs('$1::uuid')}
       FROM claim WHERE c.token = claim.token AND EXISTS (SELECT FROM cancelled)
     )
     SELECT cancelled.*, (SELECT token FROM claim) AS "wasClaim" FROM cancelled`,
    [id, options.pendingOnly, options.reason, options.now],
  );
  return rows[0];
}

const RETRYABLE = `j.completed_at IS NOT NULL AND j.status IN ('dead', 'cancelled')`;

/** True if `k` is the key of another job that now holds the unique key of `j`; `now` is the parameter with the time. */
const keyIsHeld = (now: string): string =>
  `k.key = j.unique_key AND k.job_id <> j.id AND k.expires_at > coalesce(${now}::timestamptz, now())`;

/** The number of ended jobs that match, counted up to `cap`. */
export async function countRetryable(db: Db, filter: JobFilter, cap: number): Promise<number> {
  const { sql, values } = filterJobs(filter, 1, 'j.status');
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM (SELECT FROM {schema}.jobs j WHERE ${RETRYABLE} AND ${sql} LIMIT $1) matching`,
    [cap, ...values],
  );
  return rows[0]?.n ?? 0;
}

/**
 * Up to `cap` ended jobs that match: how many there are, and the ids of those whose unique keys are free, oldest first. One whose key
 * another job holds is only counted, and comes after those that can be retried.
 */
export async function listRetryable(
  db: Db,
  filter: JobFilter,
  { cap, now }: { cap: number; now: Date | null },
): Promise<{ readonly matched: number; readonly ids: readonly string[] }> {
  const { sql, values } = filterJobs(filter, 2, 'j.status');
  const { rows } = await db.query<{ id: string; free: boolean }>(
    `SELECT j.id, k.key IS NULL AS free
     FROM {schema}.jobs j LEFT JOIN {schema}.job_keys k ON ${keyIsHeld('$2')}
     WHERE ${RETRYABLE} AND ${sql} ORDER BY k.key IS NOT NULL, j.id LIMIT $1`,
    [cap, now, ...values],
  );
  return { matched: rows.length, ids: rows.filter(({ free }) => free).map(({ id }) => id) };
}

/**
 * Makes those of these jobs that are dead or cancelled due at once, and resets their attempts and crashes. Returns their ids. Each job
 * takes its unique key again; a job whose key is now held by another one is not changed.
 */
export async function retryJobs(db: Db, ids: readonly string[], now: Date | null): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `WITH chosen AS MATERIALIZED (
       SELECT j.id, j.unique_key FROM {schema}.jobs j
       WHERE j.id = ANY($1::uuid[]) AND ${RETRYABLE}
         AND NOT EXISTS (SELECT FROM {schema}.job_keys k WHERE ${keyIsHeld('$2')})
       ORDER BY j.id FOR NO KEY UPDATE SKIP LOCKED
     ), taken AS (
       INSERT INTO {schema}.job_keys AS k (key, job_id, expires_at)
       SELECT DISTINCT ON (unique_key) unique_key, id, 'infinity'::timestamptz
       FROM chosen WHERE unique_key IS NOT NULL ORDER BY unique_key, id
       ON CONFLICT (key) DO UPDATE SET job_id = excluded.job_id,
         expires_at = CASE WHEN k.job_id = excluded.job_id THEN k.expires_at ELSE excluded.expires_at END
         WHERE k.job_id = excluded.job_id OR k.expires_at <= coalesce($2::timestamptz, now())
       RETURNING job_id
     )
     UPDATE {schema}.jobs j
     SET status = 'pending', attempt = 0, crashes = 0, crash_proven = NULL, run_at = coalesce($2::timestamptz, now()),
         completed_at = NULL, dead_at = NULL, blocked = false, open_dependencies = 0
     FROM chosen WHERE j.id = chosen.id AND (chosen.unique_key IS NULL OR j.id IN (SELECT job_id FROM taken))
     RETURNING j.id`,
    [ids, now],
  );
  return rows.map((row) => row.id);
}
