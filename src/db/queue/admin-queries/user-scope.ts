// What the application's users may see: their workspace's jobs, or their own where a job has no workspace.
import type { Db } from '../../database.js';
import { JOB_COLUMNS, JOB_STATUS, JOBS_AND_CLAIMS, type Job } from '../queries/rows.js';
import { filterJobs, type JobFilter } from './read-jobs.js';

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
  filter: JobFilter,
  page: { limit: number; before: string | null },
): Promise<readonly Job[]> {
  const { sql, values } = filterJobs(filter, 4);
  const { rows } = await tx.query<Job & Record<string, unknown>>(
    `SELECT ${JOB_COLUMNS} FROM ${JOBS_AND_CLAIMS}
     WHERE ${OWN} AND ${sql} AND ($4::uuid IS NULL OR j.id < $4) ORDER BY j.id DESC LIMIT $3`,
    [scope.workspaceId, scope.userId, page.limit, page.before, ...values],
  );
  return rows;
}

/** What lists are sorted by; each is a constant. */
export type OwnJobSort = 'created_at' | 'scheduled_for' | 'processed_at' | 'status';

const moment = (column: string, none: string): string =>
  `coalesce(to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), ${none})`;
/** `none` stands for no time: after all others. */
const sortKey = (sort: OwnJobSort, none: `''` | `'~'`): string =>
  `${
    {
      created_at: `''`,
      scheduled_for: moment('j.scheduled_for', none),
      processed_at: moment('j.completed_at', none),
      status: JOB_STATUS,
    }[sort]
  }::text COLLATE "C"`;

export interface OwnJobPage {
  readonly sort: OwnJobSort;
  readonly descending: boolean;
  readonly after: { readonly key: string; readonly id: string } | null;
  readonly offset: number;
  readonly limit: number;
  readonly withoutTypes: readonly string[];
}

export type SortedJob = Job & { readonly sortKey: string };

/** One page in any order; jobs of equal keys come in the order of their ids. */
export async function listOwnJobsSorted(
  tx: Db,
  scope: UserScope,
  filter: JobFilter,
  page: OwnJobPage,
): Promise<readonly SortedJob[]> {
  const { sql, values } = filterJobs(filter, 7);
  const [direction, further, none] = page.descending ? (['DESC', '<', `''`] as const) : (['ASC', '>', `'~'`] as const);
  const key = sortKey(page.sort, none);
  // the order of ids alone is that of an index
  const order = page.sort === 'created_at' ? '' : `${key} ${direction}, `;
  const { rows } = await tx.query<SortedJob & Record<string, unknown>>(
    `SELECT ${JOB_COLUMNS}, ${key} AS "sortKey" FROM ${JOBS_AND_CLAIMS}
     WHERE ${OWN} AND ${sql} AND NOT j.type = ANY ($7::text[]) AND ($6::uuid IS NULL OR (${key}, j.id) ${further} ($5, $6))
     ORDER BY ${order}j.id ${direction} LIMIT $3 OFFSET $4`,
    [
      ...[scope.workspaceId, scope.userId, page.limit, page.offset, page.after?.key ?? null, page.after?.id ?? null],
      ...[page.withoutTypes, ...values],
    ],
  );
  return rows;
}

export interface OwnMetrics {
  readonly total: number;
  readonly capped: boolean;
  readonly completed: number;
  readonly dead: number;
  readonly meanMs: number | null;
  readonly overdue: number;
  readonly waiting: number;
  readonly active: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly deliveryMethods: Readonly<Record<string, number>>;
}

const MAX_COUNTED = 10_000;

/** Counts over the newest 10,000 of the jobs of the last `hours`. */
export async function countOwnJobs(
  tx: Db,
  scope: UserScope,
  hours: number,
  withoutTypes: readonly string[] = [],
): Promise<OwnMetrics> {
  const { rows } = await tx.query<OwnMetrics & Record<string, unknown>>(
    `WITH own AS (
       SELECT ${JOB_STATUS} AS status, j.duration_ms, j.run_at, j.payload ->> 'delivery_method' AS method
       FROM ${JOBS_AND_CLAIMS}
       WHERE ${OWN} AND j.created_at >= now() - $3::integer * interval '1 hour' AND NOT j.type = ANY ($4::text[])
       ORDER BY j.id DESC LIMIT ${MAX_COUNTED}
     )
     SELECT count(*)::integer AS total, count(*) = ${MAX_COUNTED} AS capped,
       count(*) FILTER (WHERE status = 'completed')::integer AS completed,
       count(*) FILTER (WHERE status = 'dead')::integer AS dead,
       (avg(duration_ms) FILTER (WHERE status = 'completed'))::float8 AS "meanMs",
       count(*) FILTER (WHERE status IN ('pending', 'failed') AND run_at < now() - interval '1 minute')::integer AS overdue,
       count(*) FILTER (WHERE status IN ('pending', 'waiting', 'failed'))::integer AS waiting,
       count(*) FILTER (WHERE status = 'processing')::integer AS active,
       (SELECT coalesce(json_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM own GROUP BY 1) s) AS statuses,
       (SELECT coalesce(json_object_agg(method, n), '{}') FROM
         (SELECT method, count(*) AS n FROM own WHERE method IS NOT NULL GROUP BY 1) m) AS "deliveryMethods"
     FROM own`,
    [scope.workspaceId, scope.userId, hours, withoutTypes],
  );
  return rows[0] as OwnMetrics;
}
