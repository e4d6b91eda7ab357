// The exports of the queue: defining, enqueueing, running and inspecting jobs.
export { createQueue, type JobQueue, type Queue, type QueueOptions } from './create-queue.js';
export {
  defineJob,
  JOB_DEFAULTS,
  PRIORITY_NAMES,
  type AnyJob,
  type FinishedDependency,
  type JobContext,
  type JobDefinition,
  type JobOwner,
  type PayloadFor,
  type PayloadOf,
  type PriorityName,
  type RateLimit,
  type RetrySettings,
} from './define/define-job.js';
export { type EndedJob, type EndListener, type JobEndListener } from './settle/end-effects.js';
export { type Enqueued } from './enqueue/enqueue.js';
export { type EnqueueOptions, type NewJob } from './enqueue/new-job-row.js';
export { type AfterOptions, type DependencyFailure, type FlowStep } from './flows/flows.js';
export type { OperatorJobs, Reschedule } from './admin/operator-jobs.js';
export { bury, cancel, done, retry, snooze, HandlerVerdict } from './define/job-outcome.js';
export type {
  DeadGroup,
  DeadGroupFilter,
  DeadGroups,
  EndCounts,
  Job,
  JobEdge,
  JobFilter,
  JobGraph,
  JobList,
  JobLogEntry,
  JobNode,
  JobPage,
  JobsAdmin,
  LiveCount,
  QueueState,
  QueueStats,
  RetryManyOptions,
  TypeStats,
} from './admin/jobs-admin.js';
export type { Flows } from './flows/flows.js';
export type { EnqueueMany, EnqueueOne } from './enqueue/enqueue.js';
export type { JobWorker } from './worker/queue-service.js';
export { JobAborted } from './run/running-jobs.js';
export { createJobIds } from './define/job-id.js';
export { type QueueLife, type WorkOnceOptions } from './worker/worker.js';
export { type OwnJobPage, type OwnMetrics, type SortedJob, type UserJobs, type UserScope } from './admin/user-jobs.js';
