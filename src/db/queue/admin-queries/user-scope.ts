// What the application's users may see: their workspace's jobs, or their own where a job has no workspace.
import type { Db } from '../../database.js';
import { JOB_COLUMNS, JOB_STATUS, JOBS_AND_CLAIMS, type JobRow } from '../queries/rows.js';
import { filterJobs, type JobFilterRow } from './read-jobs.js';

export interface UserScope {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** True where the role exists and this user may take it on with all that it needs. */
export async function canEnterUserScope(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ able: boolean }>(
    `SELECT coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER') AND has_table_privilege(oid, '{schema}.jobs', 'SELECT')
         AND has_column_privilege(oid, '{schema}.job_claims', 'job_ids', 'SELECT')
       FROM pg_roles WHERE rolname = 'punctual_user'), false) AS able`,
  );
  return rows[0]?.able ?? false;
}

/** Until the end of the transaction, row security shows what this user may see and nothing else. */
export async function enterUserScope(tx: Db, scope: UserScope): Promise<void> {
  await tx.query(
    `SELECT set_config('punctual.workspace_id', $1, true), set_config('punctual.user_id', $2, true),
       set_config('role', 'punctual_user', true)`,
    [scope.workspaceId ?? '', scope.userId],
  );
}

/** The same conditions in the query itself, for servers without the role, and as the second of two locks. */
const OWN = `((j.workspace_id IS NOT NULL AND j.workspace_id = $1) OR (j.workspace_id IS NULL AND j.user_id = $2))`;

export async function listOwnJobs(
  tx: Db,
  scope: UserScope,
  filter: JobFilterRow,
  page: { limit: number; before: string | null },
): Promise<readonly JobRow[]> {
  const { sql, values } = filterJobs(filter, 4);
  const { rows } = await tx.query<JobRow & Record<string, unknown>>(
    `SELECT ${JOB_COLUMNS} FROM ${JOBS_AND_CLAIMS}
     WHERE ${OWN} AND ${sql} AND ($4::uuid IS NULL OR j.id < $4) ORDER BY j.id DESC LIMIT $3`,
    [scope.workspaceId, scope.userId, page.limit, page.before, ...values],
  );
  return rows;
}

export interface OwnMetrics {
  readonly total: number;
  readonly capped: boolean;
  readonly completed: number;
  readonly dead: number;
  readonly mean_ms: number | null;
  readonly overdue: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly delivery_methods: Readonly<Record<string, number>>;
}

const MAX_COUNTED = 10_000;

/** Counts over the newest 10,000 of the jobs of the last `hours`. */
export async function countOwnJobs(tx: Db, scope: UserScope, hours: number): Promise<OwnMetrics> {
  const { rows } = await tx.query<OwnMetrics & Record<string, unknown>>(
    `WITH own AS (
       SELECT ${JOB_STATUS} AS status, j.duration_ms, j.run_at, j.payload ->> 'delivery_method' AS method
       FROM ${JOBS_AND_CLAIMS}
       WHERE ${OWN} AND j.created_at >= now() - $3::integer * interval '1 hour' ORDER BY j.id DESC LIMIT ${MAX_COUNTED}
     )
     SELECT count(*)::integer AS total, count(*) = ${MAX_COUNTED} AS capped,
       count(*) FILTER (WHERE status = 'completed')::integer AS completed,
       count(*) FILTER (WHERE status = 'dead')::integer AS dead,
       (avg(duration_ms) FILTER (WHERE status = 'completed'))::float8 AS mean_ms,
       count(*) FILTER (WHERE status IN ('pending', 'failed') AND run_at < now() - interval '1 minute')::integer AS overdue,
       (SELECT coalesce(json_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM own GROUP BY 1) s) AS statuses,
       (SELECT coalesce(json_object_agg(method, n), '{}') FROM
         (SELECT method, count(*) AS n FROM own WHERE method IS NOT NULL GROUP BY 1) m) AS delivery_methods
     FROM own`,
    [scope.workspaceId, scope.userId, hours],
  );
  return rows[0] as OwnMetrics;
}
