// The package's face: what a host needs to schedule work. Routes are in `punctual/express`, test helpers in `punctual/testing`.
export {
  createScheduler,
  type CreateSchedulerOptions,
  type QueueSettings,
  type Scheduler,
  type SubscriptionScheduler,
  type SubscriptionOptions,
} from './compose/create-scheduler.js';
export { SchedulerError, isSchedulerError, type ErrorCode, type FieldError } from './base/errors.js';
export { createLogger, type Logger, type LogFields } from './base/logger.js';
export { VERSION } from './base/version.js';
export { migrate, type MigrateOptions, type MigrateResult } from './db/migrate.js';
export {
  defineProcess,
  type Actor,
  type EngineStatus,
  type OccurrenceEvent,
  type Page,
  type PageQuery,
  type ProcessContext,
  type ProcessDefinition,
  type ProcessPatch,
  type ProcessResult,
  type ProcessStatus,
  type Run,
  type RunCounts,
  type RunEvent,
  type RunStatus,
  type RunTrigger,
  type SchedulerEvents,
  type StartedRun,
  type TriggerOptions,
} from './scheduler/index.js';
export {
  bury,
  cancel,
  defineJob,
  done,
  JobAborted,
  retry,
  snooze,
  type AnyJob,
  type Enqueued,
  type EnqueueOptions,
  type Job,
  type JobContext,
  type JobDefinition,
  type NewJob,
} from './scheduler/queue/index.js';
export {
  describeSchedule,
  nextRun,
  parseSchedule,
  previewSchedule,
  type PreviewEntry,
  type Schedule,
  type ScheduleInput,
  type ScheduleJson,
} from './scheduler/schedule/index.js';
export type { OccurrenceCall } from './clients/subscription-worker/attempt.js';
export type { OccurrenceContext, OccurrenceHandler } from './subscriptions/index.js';
export type * from './subscriptions/api/subscriptions-api.js';
