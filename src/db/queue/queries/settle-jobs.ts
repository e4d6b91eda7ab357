// Settles every job that is not a plain success, or that others wait for: retry, death, cancel, snooze.
import type { Db } from '../../database.js';
import { withoutJobs, type EndStatus } from './rows.js';

/** The outcome of one job. Sent as JSON, hence snake_case. */
export interface SettledJob {
  readonly id: string;
  readonly token: string;
  /** `failed` waits for its retry, `pending` was postponed and did not count as an attempt. */
  readonly status: EndStatus | 'failed' | 'pending';
  /** Milliseconds until it may run again, for `failed` and `pending`. */
  readonly delay_ms?: number;
  readonly duration_ms: number;
  readonly result?: unknown;
  readonly error_code?: string | null;
  readonly error_message?: string | null;
  readonly error_stack?: string | null;
}

/** A settled job, with the fields that its end may affect. */
export interface SettledRow {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly hasDependents: boolean;
  readonly uniqueKey: string | null;
  readonly workspaceId: string | null;
  readonly recurring: boolean;
}

const SETTLE = `
WITH claim AS MATERIALIZED (
  -- the lock prevents a rescue until this is committed
  SELECT token, job_ids FROM {schema}.job_claims WHERE token = ANY($3::uuid[]) FOR UPDATE
), held AS MATERIALIZED (
  SELECT o.*
  FROM json_to_recordset($1::json) AS o (id uuid, token uuid, status text, delay_ms float8, duration_ms integer,
    result jsonb, error_code text, error_message text, error_stack text)
  JOIN claim ON claim.token = o.token AND o.id = ANY(claim.job_ids)
), spent AS (
  DELETE FROM {schema}.job_claims WHERE token = ANY($4::uuid[])
), unlisted AS (
  UPDATE {schema}.job_claims c
  SET ${withoutJobs('SELECT held.id FROM held')}
  FROM claim WHERE c.token = claim.token AND c.token <> ALL($4::uuid[])
)
UPDATE {schema}.jobs j
SET status = o.status,
    attempt = CASE WHEN o.status = 'pending' THEN j.attempt ELSE j.attempt + 1 END,
    started_at = coalesce($2::timestamptz, now()) - o.duration_ms * interval '1 millisecond',
    run_at = CASE WHEN o.delay_ms IS NULL THEN j.run_at
      ELSE coalesce($2::timestamptz, now()) + o.delay_ms * interval '1 millisecond' END,
    completed_at = CASE WHEN o.status IN ('completed', 'dead', 'cancelled') THEN coalesce($2::timestamptz, now()) END,
    dead_at = CASE WHEN o.status = 'dead' THEN coalesce($2::timestamptz, now()) END,
    duration_ms = o.duration_ms,
    result = o.result,
    error_code = CASE WHEN o.status = 'pending' THEN j.error_code ELSE o.error_code END,
    error_message = CASE WHEN o.status = 'pending' THEN j.error_message ELSE o.error_message END,
    error_stack = CASE WHEN o.status = 'pending' THEN j.error_stack ELSE o.error_stack END
FROM held o
WHERE j.id = o.id AND j.completed_at IS NULL
RETURNING j.id, j.type, j.status, j.has_dependents AS "hasDependents", j.unique_key AS "uniqueKey", j.workspace_id AS "workspaceId",
  j.schedule IS NOT NULL AS recurring`;

/**
 * Writes the outcomes of jobs; those not returned were lost. The caller's transaction also applies the effects of their ends. `spentTokens`
 * are claims that become empty and are deleted; the jobs are removed from the other claims.
 */
export async function settleJobs(
  db: Db,
  jobs: readonly SettledJob[],
  spentTokens: readonly string[],
  now: Date | null,
): Promise<readonly SettledRow[]> {
  const { rows } = await db.query<SettledRow & Record<string, unknown>>(SETTLE, [
    JSON.stringify(jobs),
    now,
    [...new Set(jobs.map((job) => job.token))],
    spentTokens,
  ]);
  return rows;
}
