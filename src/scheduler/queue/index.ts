// The door of the queue: defining jobs, enqueueing them, working on them, looking at them.
export { createQueue, type Queue, type QueueOptions } from './create-queue.js';
export {
  defineJob,
  PRIORITIES,
  PRIORITY_NAMES,
  type AnyJob,
  type FinishedDependency,
  type JobContext,
  type JobDefinition,
  type PayloadOf,
  type PriorityName,
  type RateLimit,
  type RetrySettings,
} from './define-job.js';
export { type EndedJob, type EndListener } from './end-effects.js';
export { type Enqueued, type EnqueueOptions, type NewJob } from './enqueue.js';
export { type AfterOptions, type DependencyFailure, type FlowStep } from './flows.js';
export { bury, cancel, done, retry, snooze, HandlerVerdict } from './job-outcome.js';
export type { Job, JobFilter, JobPage, JobsAdmin, QueueStats, TypeStats } from './jobs-admin.js';
export { type QueueService } from './queue-service.js';
export { JobAborted } from './running-jobs.js';
export { createJobIds } from './job-id.js';
export { type QueueLife } from './worker.js';
export { type OwnMetrics, type UserJobs, type UserScope } from './user-jobs.js';
