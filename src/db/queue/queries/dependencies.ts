// Dependencies between jobs, and the effect of an end on dependents.
import type { Db } from '../../database.js';
import type { EndStatus, JobStatus } from './rows.js';

export interface DependencyState {
  readonly id: string;
  readonly status: JobStatus;
}

/** Locks jobs that others will wait for, so that none of them ends unnoticed, and returns their states. */
export async function lockDependencies(db: Db, ids: readonly string[]): Promise<readonly DependencyState[]> {
  const { rows } = await db.query<DependencyState & Record<string, unknown>>(
    'SELECT id::text, status FROM {schema}.jobs WHERE id = ANY($1::uuid[]) ORDER BY jobs.id FOR NO KEY UPDATE',
    [ids],
  );
  return rows;
}

export interface Edge {
  readonly job_id: string;
  readonly depends_on: string;
  readonly ended_as?: EndStatus;
}

/** Writes the edges and marks the jobs that others depend on, so that their end looks for dependents. */
export async function insertDependencies(db: Db, edges: readonly Edge[]): Promise<void> {
  await db.query(
    `WITH edge AS (
       INSERT INTO {schema}.job_dependencies (job_id, depends_on, ended_as)
       SELECT job_id, depends_on, ended_as
       FROM json_to_recordset($1::json) AS e (job_id uuid, depends_on uuid, ended_as text)
       RETURNING depends_on
     )
     UPDATE {schema}.jobs SET has_dependents = true WHERE id IN (SELECT depends_on FROM edge) AND NOT has_dependents`,
    [JSON.stringify(edges)],
  );
}

/** A job that was released or cancelled because of how others ended. */
export interface AffectedJob {
  readonly id: string;
  readonly type: string;
  readonly status: 'pending' | 'waiting' | 'cancelled';
  readonly hasDependents: boolean;
  readonly uniqueKey: string | null;
  readonly workspaceId: string | null;
}

const RESOLVE = `
WITH ended AS (
  SELECT * FROM unnest($1::uuid[], $2::text[]) AS e (id, status)
), edge AS (
  UPDATE {schema}.job_dependencies d SET ended_as = ended.status
  FROM ended WHERE d.depends_on = ended.id AND d.ended_as IS NULL
  RETURNING d.job_id, d.ended_as
), effect AS MATERIALIZED (
  SELECT job_id, count(*) AS closed, bool_or(ended_as <> 'completed') AS any_bad FROM edge GROUP BY job_id
), locked AS MATERIALIZED (
  SELECT j.id FROM {schema}.jobs j JOIN effect ON effect.job_id = j.id WHERE j.status = 'waiting'
  ORDER BY j.id FOR NO KEY UPDATE OF j
)
UPDATE {schema}.jobs j
SET open_dependencies = j.open_dependencies - effect.closed,
    status = CASE WHEN effect.any_bad AND j.dependency_failure = 'cancel' THEN 'cancelled'
                  WHEN j.open_dependencies <= effect.closed THEN 'pending' ELSE 'waiting' END,
    blocked = j.open_dependencies > effect.closed,
    run_at = greatest(j.run_at, coalesce($3::timestamptz, now())),
    completed_at = CASE WHEN effect.any_bad AND j.dependency_failure = 'cancel' THEN coalesce($3::timestamptz, now()) END,
    error_code = CASE WHEN effect.any_bad AND j.dependency_failure = 'cancel' THEN 'DEPENDENCY_FAILED' END,
    error_message = CASE WHEN effect.any_bad AND j.dependency_failure = 'cancel'
      THEN 'a job that this job depends on did not complete' END
FROM effect JOIN locked ON locked.id = effect.job_id
WHERE j.id = effect.job_id AND j.status = 'waiting'
RETURNING json_build_object('id', j.id, 'type', j.type, 'status', j.status, 'hasDependents', j.has_dependents,
  'uniqueKey', j.unique_key, 'workspaceId', j.workspace_id)::text AS job`;

/** Updates dependents of ended jobs: releases them after their last dependency, or cancels them if one died or was cancelled. */
export async function resolveDependencies(
  db: Db,
  ended: readonly { id: string; status: string }[],
  now: Date | null,
): Promise<readonly AffectedJob[]> {
  const { rows } = await db.query<{ job: string }>(RESOLVE, [
    ended.map((job) => job.id),
    ended.map((job) => job.status),
    now,
  ]);
  return rows.map(({ job }) => JSON.parse(job) as AffectedJob);
}

export interface DependencyResult {
  readonly id: string;
  readonly type: string;
  readonly status: JobStatus;
  readonly result: unknown;
  readonly is_child: boolean;
}

/** The outcomes and results of the jobs that this one waited for. */
export async function listDependencyResults(db: Db, jobId: string): Promise<readonly DependencyResult[]> {
  const { rows } = await db.query<DependencyResult & Record<string, unknown>>(
    `SELECT j.id, j.type, j.status, j.result, j.parent_id IS NOT DISTINCT FROM d.job_id AS is_child
     FROM {schema}.job_dependencies d JOIN {schema}.jobs j ON j.id = d.depends_on
     WHERE d.job_id = $1 ORDER BY j.id`,
    [jobId],
  );
  return rows;
}
