// Everything that a host or a module defines work with. A module imports this, the door of the routes, `clients` and `base`,
// and nothing else of ours; `src/index.ts` adds createScheduler and the subscriptions.
export type { BuiltInCode, ErrorKind, ErrorSpec, ErrorTable } from '../base/error-codes.js';
export {
  errorsOf,
  isSchedulerError,
  SchedulerError,
  type CustomCode,
  type ErrorCode,
  type ErrorDetails,
  type FieldError,
} from '../base/errors.js';
export { createLogger, type Logger, type LogFields } from '../base/logger.js';
export { VERSION } from '../base/version.js';
export type { Database, Db, Queryable } from '../db/database.js';
export {
  defineModule,
  type AdoptedTable,
  type AnyModule,
  type HealthPart,
  type ModuleDefinition,
  type ModuleHealth,
  type ModuleHost,
  type ModuleSecrets,
  type RetentionRule,
} from './modules/index.js';
export { createBreaker, type Breaker, type BreakerOptions } from './work/breaker.js';
export type { IdempotencyKeys } from './records/idempotency-keys.js';
export {
  defineProcess,
  type Actor,
  type BreakerState,
  type BreakerStatus,
  type Batch,
  type BatchOptions,
  type BatchReport,
  type BatchResult,
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
} from './index.js';
export {
  bury,
  cancel,
  defineJob,
  done,
  HandlerVerdict,
  JobAborted,
  retry,
  snooze,
  type AnyJob,
  type EndedJob,
  type Enqueued,
  type EnqueueOptions,
  type Job,
  type JobContext,
  type JobDefinition,
  type JobOwner,
  type JobEndListener,
  type JobPage,
  type NewJob,
  type PayloadFor,
  type Reschedule,
} from './queue/index.js';
export {
  describeSchedule,
  nextRun,
  parseSchedule,
  previewSchedule,
  type PreviewEntry,
  type Schedule,
  type ScheduleInput,
  type ScheduleJson,
} from './schedule/index.js';
