// Replaces a waiting job, or changes its time. Results are JSON text: the transaction may be the host's, whose driver may parse other types
// differently.
import type { Db } from '../../database.js';
import { lockClaims } from './claim-jobs.js';
import type { NewJobRow } from './rows.js';

/** A job that has not ended. Instants in milliseconds since the epoch. */
export interface LiveJob {
  readonly id: string;
  readonly type: string;
  readonly payload: unknown;
  readonly attempt: number;
  readonly priority: number;
  readonly max_attempts: number;
  readonly timeout_ms: number | null;
  readonly tenant_id: string | null;
  readonly workspace_id: string | null;
  readonly user_id: string | null;
  readonly group_id: string | null;
  readonly schedule: unknown;
  readonly series_id: string | null;
  readonly run_ms: number;
  readonly scheduled_ms: number;
}

const LIVE_JOB = `json_build_object('id', j.id, 'type', j.type, 'payload', j.payload, 'attempt', j.attempt, 'priority', j.priority,
  'max_attempts', j.max_attempts, 'timeout_ms', j.timeout_ms, 'tenant_id', j.tenant_id, 'workspace_id', j.workspace_id,
  'user_id', j.user_id, 'group_id', j.group_id, 'schedule', j.schedule, 'series_id', j.series_id,
  'run_ms', round(extract(epoch FROM j.run_at) * 1000), 'scheduled_ms', round(extract(epoch FROM j.scheduled_for) * 1000))::text`;

/** The holder of a key. `job` is null if that job has ended. */
export interface KeyHolder {
  readonly id: string;
  readonly job: LiveJob | null;
}

export async function findKeyHolder(db: Db, key: string, now: Date | null): Promise<KeyHolder | undefined> {
  const { rows } = await db.query<{ id: string; job: string | null }>(
    `SELECT k.job_id::text AS id, CASE WHEN j.id IS NOT NULL THEN ${LIVE_JOB} END AS job
     FROM {schema}.job_keys k LEFT JOIN {schema}.jobs j ON j.id = k.job_id AND j.completed_at IS NULL
     WHERE k.key = $1 AND k.expires_at > coalesce($2::timestamptz, now())`,
    [key, now],
  );
  const [found] = rows;
  return found && { id: found.id, job: found.job === null ? null : (JSON.parse(found.job) as LiveJob) };
}

/** The latest job of a series that has not ended. */
export async function findLiveOfSeries(db: Db, seriesId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id::text FROM {schema}.jobs WHERE series_id = $1 AND schedule IS NOT NULL AND completed_at IS NULL
     ORDER BY scheduled_for DESC LIMIT 1`,
    [seriesId],
  );
  return rows[0]?.id;
}

/** A job that cannot be claimed or ended before the end of the transaction. */
export interface LockedJob {
  readonly job: LiveJob;
  /** An instance has claimed it: it may be running. */
  readonly inHand: boolean;
}

/**
 * Locks the claims, then the job, in the same order as settlements. Undefined: it has ended, or no longer holds `key`. Blocks claims until
 * the transaction ends.
 */
export async function lockJob(tx: Db, id: string, key: string | null = null): Promise<LockedJob | undefined> {
  await lockClaims(tx);
  const { rows: claims } = await tx.query('SELECT FROM {schema}.job_claims WHERE $1::uuid = ANY(job_ids) FOR UPDATE', [
    id,
  ]);
  const { rows } = await tx.query<{ job: string }>(
    `SELECT ${LIVE_JOB} AS job FROM {schema}.jobs j
     WHERE j.id = $1 AND j.completed_at IS NULL
       AND ($2::text IS NULL OR EXISTS (SELECT FROM {schema}.job_keys k WHERE k.key = $2 AND k.job_id = j.id))
     FOR UPDATE OF j`,
    [id, key],
  );
  return rows[0] && { job: JSON.parse(rows[0].job) as LiveJob, inHand: claims.length > 0 };
}

const NEW = `json_to_record($2::json) AS n (payload jsonb, queue text, priority smallint, run_at timestamptz,
  scheduled_for timestamptz, max_attempts integer, timeout_ms integer, key_ms double precision, tenant_id text, bucket smallint,
  workspace_id text, user_id text, group_id text, schedule jsonb, series_id uuid, trace_context text)`;

const CONTENT = `payload = coalesce(n.payload, '{}'), queue = coalesce(n.queue, 'default'), priority = coalesce(n.priority, 2),
  max_attempts = coalesce(n.max_attempts, 5), timeout_ms = n.timeout_ms, tenant_id = n.tenant_id, bucket = coalesce(n.bucket, -1),
  workspace_id = n.workspace_id, user_id = n.user_id, group_id = n.group_id, schedule = n.schedule, series_id = n.series_id,
  trace_context = n.trace_context`;

const ANEW = `run_at = coalesce(n.run_at, $3::timestamptz, now()),
  scheduled_for = date_trunc('milliseconds', coalesce(n.scheduled_for, n.run_at, $3::timestamptz, now())),
  status = CASE WHEN j.blocked THEN 'waiting' ELSE 'pending' END, attempt = 0, crashes = 0, crash_proven = NULL,
  checkpoint = NULL, progress = NULL, progress_note = NULL, error_code = NULL, error_message = NULL, error_stack = NULL`;

/** Changes a locked job to a new one; a claimed job keeps its time and state, and passes the rest to its successor. */
export async function replaceJob(tx: Db, { job, inHand }: LockedJob, row: NewJobRow, now: Date | null): Promise<void> {
  await tx.query(
    `WITH changed AS (
       UPDATE {schema}.jobs j SET ${inHand ? CONTENT : `${CONTENT}, ${ANEW}`} FROM ${NEW} WHERE j.id = $1
       RETURNING j.id, j.unique_key, n.key_ms
     )
     UPDATE {schema}.job_keys k
     SET expires_at = coalesce(coalesce($3::timestamptz, now()) + changed.key_ms * interval '1 millisecond', 'infinity')
     FROM changed WHERE k.key = changed.unique_key AND k.job_id = changed.id`,
    [job.id, JSON.stringify(row), now],
  );
}

/**
 * Brings the holder of the row's key forward to the row's time (default: now), and returns its id. Undefined: nothing holds the key, or the
 * holder recurs, is due earlier, waits for a retry, or has ended. Needs no lock of the claims: the job stays the same,
 * so that a claim which sees its former time does no harm.
 */
export async function advanceHolder(db: Db, row: NewJobRow, now: Date | null): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE {schema}.jobs j SET run_at = t.at, scheduled_for = date_trunc('milliseconds', t.at)
     FROM {schema}.job_keys k, (SELECT coalesce($2::timestamptz, $3::timestamptz, now()) AS at) t
     WHERE k.key = $1 AND k.expires_at > coalesce($3::timestamptz, now()) AND j.id = k.job_id AND j.completed_at IS NULL
       AND j.schedule IS NULL AND j.attempt = 0 AND j.run_at > t.at
     RETURNING j.id::text`,
    [row.unique_key, row.run_at ?? null, now],
  );
  return rows[0]?.id;
}

/** A locked, claimed job continues to its end without its key and without a successor. */
export async function detachJob(tx: Db, id: string, key: string): Promise<void> {
  await tx.query('UPDATE {schema}.jobs SET unique_key = NULL, schedule = NULL WHERE id = $1', [id]);
  await tx.query('DELETE FROM {schema}.job_keys WHERE key = $1 AND job_id = $2', [key, id]);
}

/** Null leaves a column unchanged. */
export interface NewTimes {
  readonly schedule: unknown;
  readonly runAt: Date | null;
  readonly scheduledFor: Date | null;
}

export async function rescheduleJob(tx: Db, id: string, { schedule, runAt, scheduledFor }: NewTimes): Promise<void> {
  await tx.query(
    `UPDATE {schema}.jobs SET schedule = coalesce($2::jsonb, schedule), run_at = coalesce($3::timestamptz, run_at),
       scheduled_for = coalesce($4::timestamptz, scheduled_for) WHERE id = $1`,
    [id, schedule === null ? null : JSON.stringify(schedule), runAt, scheduledFor],
  );
}
