// What the application's users see of their jobs: limited by the conditions of queries, and by row-level security if the database has the
// role.
import { SchedulerError } from '../../../base/errors.js';
import type { Database, Db } from '../../../db/database.js';
import { listLogs } from '../../../db/queue/admin-queries/logs.js';
import {
  canEnterUserScope,
  countOwnJobs,
  enterUserScope,
  listOwnJobs,
  listOwnJobsSorted,
  type OwnJobPage,
  type OwnMetrics,
  type OwnRowsPage,
  type SortedJob,
  type UserScope,
} from '../../../db/queue/admin-queries/user-scope.js';
import { checkFilter, checkLogQuery, checkPage } from './admin-options.js';
import type { Job, JobFilter, JobLogEntry, JobPage, JobsAdmin } from './jobs-admin.js';

export type { OwnJobPage, OwnMetrics, OwnRowsPage, SortedJob, UserScope };

export interface UserJobs {
  /** Newest first. A page examines up to 20,000 jobs: with a filter it may have fewer than its limit although there is a next one. */
  list(scope: UserScope, filter?: JobFilter, page?: { limit?: number; cursor?: string }): Promise<JobPage<Job>>;
  /** In any order, without some types: a part of a list of several sources. */
  listSorted(scope: UserScope, filter: JobFilter, page: OwnJobPage): Promise<OwnRowsPage<Job>>;
  /** Throws JOB_NOT_FOUND, also for jobs of others. */
  get(scope: UserScope, id: string): Promise<Job>;
  logs(scope: UserScope, id: string, page?: { limit?: number; cursor?: string }): Promise<JobPage<JobLogEntry>>;
  /** Before it starts, or while it waits for other jobs; cancels what waits for it. Throws JOB_NOT_PENDING afterwards. */
  cancel(scope: UserScope, id: string): Promise<Job>;
  metrics(
    scope: UserScope,
    hours: number,
    withoutTypes?: readonly string[],
  ): Promise<OwnMetrics & { readonly recentFailures: readonly SortedJob[] }>;
  /** A transaction that sees only what this user may see, with row-level security if the database has the role. */
  as<T>(scope: UserScope, work: (tx: Db) => Promise<T>): Promise<T>;
  /** False: the role is missing, and users are isolated only by the conditions of queries. */
  isolated(): Promise<boolean>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RECENT = 10;

export function createUserJobs(db: Database, admin: Pick<JobsAdmin, 'cancel'>): UserJobs {
  let able: Promise<boolean> | undefined;
  const isolated = (): Promise<boolean> => {
    able ??= canEnterUserScope(db).catch((error: unknown) => {
      able = undefined;
      throw error;
    });
    return able;
  };

  const as = async <T>(scope: UserScope, work: (tx: Db) => Promise<T>): Promise<T> => {
    const behindRowSecurity = await isolated();
    return db.transaction(async (tx) => {
      if (behindRowSecurity) await enterUserScope(tx, scope);
      return work(tx);
    });
  };

  const find = async (tx: Db, scope: UserScope, id: string): Promise<Job> => {
    const found = UUID.test(id) ? await listOwnJobs(tx, scope, { ids: [id] }, { limit: 1, before: null }) : undefined;
    const job = found?.jobs[0];
    if (job === undefined) throw new SchedulerError('JOB_NOT_FOUND', `there is no job ${id}`, { id });
    return job;
  };

  return {
    isolated,
    as,
    async list(scope, filter = {}, asked = {}) {
      checkFilter(filter);
      checkPage(asked);
      const { limit = 50, cursor } = asked;
      if (cursor !== undefined && !UUID.test(cursor)) {
        const errors = [{ path: 'cursor', message: 'is not one that this list returned' }];
        throw new SchedulerError('INVALID_INPUT', 'unknown cursor', { errors });
      }
      const { jobs, next } = await as(scope, (tx) => listOwnJobs(tx, scope, filter, { limit, before: cursor ?? null }));
      return { items: jobs, nextCursor: next };
    },
    listSorted: (scope, filter, page) => as(scope, (tx) => listOwnJobsSorted(tx, scope, filter, page)),
    get: (scope, id) => as(scope, (tx) => find(tx, scope, id)),
    async logs(scope, id, asked = {}) {
      checkLogQuery(asked);
      const { limit = 50, cursor } = asked;
      const rows = await as(scope, async (tx) => {
        await find(tx, scope, id);
        return listLogs(tx, { jobId: id, levels: null, after: cursor ?? null, limit: limit + 1 });
      });
      return { items: rows.slice(0, limit), nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
    },
    async cancel(scope, id) {
      await as(scope, (tx) => find(tx, scope, id));
      return admin.cancel(id, { reason: 'cancelled by its user', pendingOnly: true });
    },
    metrics: (scope, hours, withoutTypes = []) =>
      as(scope, async (tx) => {
        const counts = await countOwnJobs(tx, scope, hours, withoutTypes);
        const filter = { status: ['dead', 'failed'], withinHours: hours };
        const page = {
          sort: 'created_at',
          descending: true,
          after: null,
          offset: 0,
          limit: RECENT,
          withoutTypes,
        } as const;
        const { rows } = await listOwnJobsSorted(tx, scope, filter, page);
        return { ...counts, recentFailures: rows };
      }),
  };
}
