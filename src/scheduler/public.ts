// Everything that a host or a module defines work with. A module imports this, the door of the routes, `clients` and `base`,
// and nothing else of ours; `src/index.ts` adds createScheduler and the subscriptions.
export { ERROR_CODES } from '../base/error-codes.js';
export type { Clock } from '../base/clock.js';
export type { Encryption, NamedKey } from '../base/encryption.js';
export type { Random } from '../base/random.js';
export type { Backend } from '../db/silence.js';
export type { NameBook, RowTables } from '../db/names.js';
export type { NewLogLine } from '../db/queue/admin-queries/logs.js';
export type { JobStatus, PriorityNumber } from '../db/queue/queries/rows.js';
export type { ReceiverHealth } from './contracts/outcome.js';
export type { CompileOptions, OffsetSpan, ZoneOffsets, ZoneTables } from './schedule/index.js';
export type { WorkspaceKeys } from './secrets/workspace-keys.js';
export type { Input, ObjectSchema, Output, ResponseSpec, Schema } from './contracts/route.js';
export type { BatchRequest, StartedBatch } from './contracts/batch.js';
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
export { createLogger, type Logger, type LoggerOptions, type LogFields } from '../base/logger.js';
export { VERSION } from '../base/version.js';
export type { Database, Db, Queryable } from '../db/database.js';
export {
  defineModule,
  type AdoptedTable,
  type AnyModule,
  type HealthPart,
  type ListOf,
  type ModuleDefinition,
  type ModuleHealth,
  type ModuleHost,
  type ModuleSecrets,
  type RetentionRule,
} from './modules/index.js';
export { createBreaker, type Breaker, type BreakerOptions } from './work/breaker.js';
export type { IdempotencyClaim, IdempotencyKeys } from './records/idempotency-keys.js';
export {
  defineProcess,
  type Actor,
  type BreakerState,
  type BreakerStatus,
  type Batch,
  type BatchOptions,
  type BatchReport,
  type BatchResult,
  type AuditEntry,
  type ClaimGate,
  type DailyStats,
  type DrainEnd,
  type DrainReport,
  type Engine,
  type EngineStatus,
  type ErrorSample,
  type InstanceStatus,
  type SettleReport,
  type StopOptions,
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
  type RunProgress,
  type RunQuery,
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
  type AfterOptions,
  type AnyJob,
  type DependencyFailure,
  type EndListener,
  type EnqueueMany,
  type EnqueueOne,
  type FinishedDependency,
  type Flows,
  type FlowStep,
  type JobFilter,
  type JobLogEntry,
  type JobQueue,
  type JobsAdmin,
  type JobWorker,
  type LiveCount,
  type OperatorJobs,
  type OwnMetrics,
  type PayloadOf,
  type PriorityName,
  type QueueSettingsRow,
  type QueueStats,
  type RateLimit,
  type ReplayOptions,
  type RetrySettings,
  type TypeStats,
  type UserJobs,
  type UserScope,
  type WorkOnceOptions,
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
  FREQUENCIES,
  nextRun,
  parseSchedule,
  previewSchedule,
  type DescribeOptions,
  type DstGap,
  type DstOverlap,
  type Frequency,
  type Misfire,
  type MonthEnd,
  type NextRunOptions,
  type OccurrenceNote,
  type PreviewEntry,
  type PreviewOptions,
  type ScheduleDefaults,
  type ScheduleLike,
  type SchedulePatch,
  type Schedule,
  type ScheduleInput,
  type ScheduleJson,
} from './schedule/index.js';
