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
export type { Run, RunCounts, RunProgress, RunStatus, RunTrigger } from './contracts/run.js';
export type { BatchReport, BatchResult } from './contracts/batch.js';
export * from './contracts/source.js';
export * from './contracts/outcome.js';
export type { SearchHit, SearchKind } from './contracts/search.js';
export { drain } from './work/drain.js';
export type { ClaimGate, DrainEnd, DrainReport } from './work/drain-options.js';
export * from './work/retry-policy.js';
export type { BreakerState, BreakerStatus } from './work/breaker.js';
