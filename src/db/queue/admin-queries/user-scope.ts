// What the application's users may see: their workspace's jobs, or their own if a job has no workspace.
import type { Db } from '../../database.js';
import { JOB_COLUMNS, JOB_STATUS, withClaims, type Job } from '../queries/rows.js';
import {
  ownRows,
  type OwnMetrics,
  type OwnPage,
  type OwnRowsPage,
  type RowConditions,
  type UserScope,
  type Walk,
} from './own-rows.js';
import { filterJobs, IN_HAND, type JobFilter } from './read-jobs.js';

export type { OwnMetrics, OwnRowsPage, UserScope };

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
  table: '{schema}.jobs',
  from: withClaims,
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

/** Jobs by their ids, and those that are in work, are found by the primary key. */
function walkOf({ ids, status }: JobFilter): Walk | undefined {
  if (ids !== undefined) {
    const rows: RowConditions = (offset) => ({ sql: `j.id = ANY ($${offset + 1}::uuid[])`, values: [ids] });
    return { rows, withOwner: false, isShort: true };
  }
  if (status?.every((one) => one === 'processing'))
    return { rows: () => ({ sql: IN_HAND, values: [] }), withOwner: false };
  return undefined;
}

/** One page in any order; jobs with equal keys are in the order of their ids. */
export function listOwnJobsSorted(
  tx: Db,
  scope: UserScope,
  filter: JobFilter,
  page: OwnJobPage,
): Promise<OwnRowsPage<Job>> {
  const conditions: RowConditions = (offset) => {
    const { sql, values } = filterJobs(filter, offset + 1);
    return { sql: `${sql} AND NOT j.type = ANY ($${offset + 1}::text[])`, values: [page.withoutTypes, ...values] };
  };
  const walk = walkOf(filter);
  return OWN_JOBS.list<Job>(tx, scope, page, {
    columns: JOB_COLUMNS,
    conditions,
    ...(walk === undefined ? {} : { walk }),
  });
}

/** Newest first; `before` is the id of the last job of the previous page. `next`: where the next page begins; null: there is none. */
export async function listOwnJobs(
  tx: Db,
  scope: UserScope,
  filter: JobFilter,
  { limit, before }: { limit: number; before: string | null },
): Promise<{ readonly jobs: readonly Job[]; readonly next: string | null }> {
  const after = before === null ? null : { key: '', id: before };
  const order = { sort: 'created_at', descending: true } as const;
  const page: OwnJobPage = { ...order, after, offset: 0, limit: limit + 1, withoutTypes: [] };
  const { rows, edge } = await listOwnJobsSorted(tx, scope, filter, page);
  const jobs = rows.slice(0, limit).map(({ sortKey: _key, ...job }) => job);
  return { jobs, next: rows.length > limit ? (jobs.at(-1)?.id ?? null) : (edge?.id ?? null) };
}

/** Counts over the jobs of the last `hours` among the newest 10,000 of the owner. */
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
