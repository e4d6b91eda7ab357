// The exports of the scheduler: the engine, the definitions for it, and the drain that sources share.
export { createEngine, type SchedulerEngine } from './engine.js';
export type { EngineConfig, EngineOptions } from './engine-options.js';
export {
  defineProcess,
  type ProcessContext,
  type ProcessDefinition,
  type ProcessResult,
} from './contracts/define-process.js';
export * from './contracts/scheduler.js';
export {
  NO_COUNTS,
  type Run,
  type RunCounts,
  type RunProgress,
  type RunStatus,
  type RunTrigger,
} from './contracts/run.js';
export {
  BATCH_PROCESS,
  type BatchReport,
  type BatchRequest,
  type BatchResult,
  type StartedBatch,
} from './contracts/batch.js';
export { actorOf, audit, type AuditRecord } from './records/actor.js';
export { cursorOf, limitOf, pageOf } from './contracts/page.js';
export * from './contracts/source.js';
export * from './contracts/outcome.js';
export type { SearchHit, SearchKind } from './contracts/search.js';
export { drain } from './work/drain.js';
export type { ClaimGate, DrainEnd, DrainOptions, DrainProgress, DrainReport } from './work/drain-options.js';
export { createConcurrencyLimit, type ConcurrencyLimit, type ResizableLimit } from './work/concurrency-limit.js';
export { createTenantLimits, type TenantLimits } from './work/tenant-limits.js';
export * from './work/retry-policy.js';
export { createReceiverControl, type ReceiverControl } from './work/receiver-control.js';
export type { BreakerState, BreakerStatus } from './work/breaker.js';
