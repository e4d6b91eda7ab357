// Types of the administration of the queue.
import type { Percentiles } from '../../../base/latency-bins.js';
import type { DeadGroup, DeadGroupFilter, DeadGroups } from '../../../db/queue/admin-queries/dead-groups.js';
import type { JobEdge, JobGraph, JobNode } from '../../../db/queue/admin-queries/job-graph.js';
import type { JobLogEntry } from '../../../db/queue/admin-queries/logs.js';
import type { QueueState } from '../../../db/queue/admin-queries/queues.js';
import type { JobFilter } from '../../../db/queue/admin-queries/read-jobs.js';
import type { EndCounts, LiveCount } from '../../../db/queue/admin-queries/stats.js';
import type { Job } from '../../../db/queue/queries/rows.js';
import type { Actor } from '../../contracts/scheduler.js';
import type { ScheduleInput } from '../../schedule/index.js';

export type {
  DeadGroup,
  DeadGroupFilter,
  DeadGroups,
  EndCounts,
  Job,
  JobEdge,
  JobFilter,
  JobGraph,
  JobNode,
  JobLogEntry,
  LiveCount,
  QueueState,
};

export interface JobPage<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. */
  readonly nextCursor: string | null;
}

export interface JobList extends JobPage<Job> {
  /** True: a search of errors did not look at everything, but at the newest 20,000 dead jobs and as many between two attempts. */
  readonly truncated: boolean;
}

export interface TypeStats {
  readonly type: string;
  readonly completed: number;
  readonly retried: number;
  readonly dead: number;
  readonly cancelled: number;
  /** Share of jobs that completed among those that completed or died; null if there were none. */
  readonly successRate: number | null;
  readonly meanMs: number | null;
  /** Duration of attempts: median, 95th and 99th percentile, within 10 %. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** From when an attempt was due to its start. */
  readonly wait: Percentiles | null;
  /** From the nominal time of a job to the start of its first attempt. */
  readonly lateness: Percentiles | null;
  readonly slowestMs: number;
  readonly slowestJob: string | null;
}

export interface QueueStats {
  readonly hours: number;
  readonly types: readonly TypeStats[];
  /** Jobs that have not ended, and dead letters, by type and status. */
  readonly live: readonly LiveCount[];
  /** True: counting stopped at 10,000 of a kind. */
  readonly liveCapped: boolean;
}

export interface RetryManyOptions {
  readonly dryRun?: boolean;
  readonly by?: Actor;
  /** Called with the id of the audit entry, which shows the progress, before anything is changed. */
  readonly onRecorded?: (auditId: string) => void;
}

/** With `by` a change is recorded in the audit log, in the same transaction. */
export interface JobsAdmin {
  /** Throws JOB_NOT_FOUND. */
  get(id: string): Promise<Job>;
  list(filter?: JobFilter, page?: { limit?: number; cursor?: string }): Promise<JobList>;
  /** The newest 10,000 dead letters that match, among the newest 100,000; grouped by type, code and kind of error. */
  deadGroups(filter?: DeadGroupFilter): Promise<DeadGroups>;
  logs(
    id: string,
    query?: { levels?: readonly string[]; limit?: number; cursor?: string },
  ): Promise<JobPage<JobLogEntry>>;
  /** Up to 200 jobs that it waits for or that wait for it, directly or not. Throws JOB_NOT_FOUND. */
  dependencies(id: string): Promise<JobGraph>;
  /** Throws JOB_NOT_FOUND, JOB_NOT_PENDING when it has ended (or runs, with `pendingOnly`). */
  cancel(id: string, options?: { reason?: string; pendingOnly?: boolean; by?: Actor }): Promise<Job>;
  /** Retries a dead or cancelled job. Throws JOB_NOT_FOUND, JOB_NOT_PENDING. */
  retry(id: string, by?: Actor): Promise<Job>;
  /** The same for all that match; `dryRun` only counts (up to 10,000). */
  retryMany(filter: JobFilter, options?: RetryManyOptions): Promise<{ matched: number; changed: number }>;
  queues(): Promise<readonly QueueState[]>;
  patchQueue(name: string, patch: { paused?: boolean; concurrency?: number | null }, by?: Actor): Promise<QueueState>;
  stats(hours: number): Promise<QueueStats>;
  /** Ended attempts per type, of the current hour and of the one before. */
  ended(): Promise<readonly EndCounts[]>;
}

export type Reschedule = { readonly runAt: Date } | { readonly schedule: ScheduleInput };
