// What the application's users may see: their workspace's jobs, or their own if a job has no workspace.
import type { Db } from '../../database.js';
import { JOB_COLUMNS, JOB_STATUS, JOBS_AND_CLAIMS, type Job } from '../queries/rows.js';
import { ownRows, type RowConditions, type OwnMetrics, type OwnPage, type UserScope } from './own-rows.js';
import { filterJobs, type JobFilter } from './read-jobs.js';

export type { OwnMetrics, UserScope };

/** True if the role exists, has all privileges that it needs, and the current role may assume it. */
export async function canEnterUserScope(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ able: boolean }>(
    `SELECT coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER') AND has_table_privilege(oid, '{schema}.jobs', 'SELECT')
         AND has_column_privilege(oid, '{schema}.job_claims', 'job_ids', 'SELECT')
       FROM pg_roles WHERE rolname = 'punctual_user'), false) AS able`,
  );
  return rows[0]?.able ?? false;
}

/** Until the end of the transaction, row security shows only what this user may see. */
export async function enterUserScope(tx: Db, scope: UserScope): Promise<void> {
  await tx.query(
    `SELECT set_config('punctual.workspace_id', $1, true), set_config('punctual.user_id', $2, true),
       set_config('role', 'punctual_user', true)`,
    [scope.workspaceId ?? '', scope.userId],
  );
}

/** The same conditions in the query itself, for servers without the role, and as a second safeguard. */
const OWN_JOBS = ownRows({
  alias: 'j.',
  from: JOBS_AND_CLAIMS,
  status: JOB_STATUS,
  processedAt: 'j.completed_at',
  durationMs: 'j.duration_ms',
  dueAt: 'j.run_at',
  deliveryMethod: "j.payload ->> 'delivery_method'",
  ...{ succeeded: 'completed', failed: 'dead', active: 'processing' },
  waiting: ['pending', 'waiting', 'failed'],
  mayBeLate: ['pending', 'failed'],
});

export interface OwnJobPage extends OwnPage {
  readonly withoutTypes: readonly string[];
}

export type SortedJob = Job & { readonly sortKey: string };

/** One page in any order; jobs with equal keys are in the order of their ids. */
export function listOwnJobsSorted(
  tx: Db,
  scope: UserScope,
  filter: JobFilter,
  page: OwnJobPage,
): Promise<readonly SortedJob[]> {
  const conditions: RowConditions = (offset) => {
    const { sql, values } = filterJobs(filter, offset + 1);
    return { sql: `${sql} AND NOT j.type = ANY ($${offset + 1}::text[])`, values: [page.withoutTypes, ...values] };
  };
  return OWN_JOBS.list<Job>(tx, scope, page, { columns: JOB_COLUMNS, conditions });
}

/** Newest first; `before` is the id of the last job of the previous page. */
export async function listOwnJobs(
  tx: Db,
  scope: UserScope,
  filter: JobFilter,
  { limit, before }: { limit: number; before: string | null },
): Promise<readonly Job[]> {
  const after = before === null ? null : { key: '', id: before };
  const page: OwnJobPage = { sort: 'created_at', descending: true, after, offset: 0, limit, withoutTypes: [] };
  const jobs = await listOwnJobsSorted(tx, scope, filter, page);
  return jobs.map(({ sortKey: _key, ...job }) => job);
}

/** Counts over the newest 10,000 jobs of the last `hours`. */
export const countOwnJobs = (
  tx: Db,
  scope: UserScope,
  hours: number,
  withoutTypes: readonly string[] = [],
): Promise<OwnMetrics> =>
  OWN_JOBS.count(tx, scope, hours, (offset) => ({
    sql: `NOT j.type = ANY ($${offset + 1}::text[])`,
    values: [withoutTypes],
  }));
