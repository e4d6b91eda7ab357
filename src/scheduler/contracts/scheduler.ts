// What the engine offers to the routes, the dashboard and the host: the public interface of a started scheduler.
import type { Queryable } from '../../db/database.js';
import type { Bins, Percentiles } from '../../base/latency-bins.js';
import type { ProcessDefinition } from './define-process.js';
import type { BatchRequest, StartedBatch } from './batch.js';
import type { Run, RunStatus, RunTrigger } from './run.js';
import type { ScheduleInput, ScheduleJson } from '../schedule/index.js';

/** One page of a list; `nextCursor` is opaque and null on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface PageQuery {
  /** At most 200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** The person or program that does something, for the audit log. */
export interface Actor {
  readonly name: string;
  readonly ip?: string;
  readonly requestId?: string;
}

export interface TriggerOptions {
  /** Who triggers it, for the audit log and the record of the run. */
  readonly by: string | Actor;
  /** Passed to the process as `ctx.input`. */
  readonly input?: unknown;
  /** How the run was started, for its record. Default `manual`. */
  readonly trigger?: RunTrigger;
  /** The same key within 24 h returns the first run; IDEMPOTENCY_IN_PROGRESS while that run is in progress. */
  readonly idempotencyKey?: string;
}

export type BatchOptions = BatchRequest & Pick<TriggerOptions, 'by' | 'trigger'>;

export interface Batch {
  /** The batch processes, in the order in which they run. */
  names(): readonly string[];
  /**
   * Runs what is due now. Throws ALREADY_RUNNING (details.run_id) while a pass is running on any instance, INVALID_INPUT for a name in
   * `only` that is not a batch process, PROCESS_NOT_FOUND if there are no batch processes.
   */
  begin(options: BatchOptions): Promise<StartedBatch>;
}

/** A run that was started: its id at once, its end as a promise (which never rejects for a failed run). */
export interface StartedRun {
  readonly id: string;
  /** True when `idempotencyKey` named an earlier run. */
  readonly repeated: boolean;
  readonly finished: Promise<Run>;
}

export interface ProcessStatus {
  readonly name: string;
  readonly description: string | null;
  readonly schedule: ScheduleJson | null;
  /** True if an operator changed the schedule: this survives deployments. */
  readonly scheduleOverridden: boolean;
  readonly enabled: boolean;
  readonly pausedUntil: Date | null;
  readonly exclusive: boolean;
  readonly budgetS: number;
  readonly nextRunAt: Date | null;
  readonly lastRun: Run | null;
  /** Ids of runs in progress anywhere. */
  readonly running: readonly string[];
  /** Runs with the other batch processes. */
  readonly batch: boolean;
  /** Missing settings without which it cannot run; while there are any, it is not enabled. */
  readonly missing: readonly string[];
}

export interface ProcessPatch {
  /** `false`: it does not run until it is enabled again. */
  readonly enabled?: boolean;
  /** It does not run on its schedule before this time. null: it is not paused. */
  readonly pausedUntil?: Date | null;
  /** null: restores the schedule in the code. */
  readonly schedule?: ScheduleInput | null;
}

export interface RunQuery extends PageQuery {
  readonly process?: string;
  /** Parts of this run of the batch worker. */
  readonly parent?: string;
  readonly status?: RunStatus;
  readonly since?: Date;
  readonly until?: Date;
}

/** Live progress of a run: `progress` while it is running, then one `finished`. */
export interface RunEvent {
  readonly type: 'progress' | 'finished';
  readonly run: Run;
}

export interface InstanceStatus {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly state: 'alive' | 'draining' | 'dead' | 'stopped';
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  /** Seconds since then, by the database's clock. */
  readonly heartbeatAgeS: number;
  /** Number of items being processed, by source. */
  readonly inFlight: Readonly<Record<string, number>>;
  /** As of its last heartbeat; null: it has not sent any, or its release does not know them. */
  readonly gauges: InstanceGauges | null;
  /** This is the instance that responded. */
  readonly self: boolean;
}

export interface InstanceGauges {
  /** How late the event loop was between two heartbeats: 99 % of the time no later than this. */
  readonly eventLoopP99Ms: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly heapLimitBytes: number;
  /** Connections of its pool. */
  readonly poolTotal: number;
  readonly poolIdle: number;
  /** Callers that wait for a connection. */
  readonly poolWaiting: number;
  /** Seconds for which callers have waited at every reading; 0: none wait. */
  readonly poolWaitingS: number;
  /** Over its last minute. */
  readonly claimsPerMin: number;
  /** Instances of the same host name that ended within 24 hours, other than by losing the database. */
  readonly restarts24h: number;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly details: unknown;
}

export interface DailyStats {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Process or job type. */
  readonly name: string;
  readonly runs: number;
  readonly successful: number;
  readonly failed: number;
  readonly skipped: number;
  readonly dead: number;
  readonly durationMs: number;
  /** From the nominal time to the start; null if nothing was timed. */
  readonly lateness: Percentiles | null;
  /** From when it was due (for a retry: its own time) to the start. */
  readonly wait: Percentiles | null;
  /** Duration of each run or attempt. */
  readonly duration: Percentiles | null;
}

/** Times of one kind over a window. */
export interface LatencySummary {
  readonly subject: 'process' | 'job' | 'receiver';
  /** The process, the job type, or the host of the receiver. */
  readonly name: string;
  readonly measure: 'lateness' | 'wait' | 'duration';
  readonly count: number;
  readonly percentiles: Percentiles;
  /** The number of values up to each limit and above the previous one; empty bins are left out. */
  readonly bins: readonly { readonly limitMs: number; readonly count: number }[];
}

export interface LatencyTotal extends Pick<LatencySummary, 'subject' | 'name' | 'measure'> {
  readonly bins: Bins;
  readonly sumMs: number;
}

export interface LatencyQuery {
  /** Whole hours, including the current one. From 1 to 2,160. */
  readonly hours: number;
  readonly subject?: LatencySummary['subject'];
  readonly name?: string;
}

/** The engine's part of the state at a glance. */
export interface EngineStatus {
  readonly running: boolean;
  readonly draining: boolean;
  readonly tick: string;
  readonly instanceId: string | null;
  readonly uptimeS: number;
  readonly instances: readonly InstanceStatus[];
  readonly processes: readonly ProcessStatus[];
  readonly versions: {
    readonly punctual: string;
    readonly node: string;
    readonly postgres: string;
    readonly tz: string;
  };
}

/** Events a host may listen to; see `SchedulerEvents` for what each carries. */
export interface SchedulerEvents {
  'run.started': (run: Run) => void;
  'run.progress': (run: Run) => void;
  'run.slow': (run: Run) => void;
  'run.finished': (run: Run) => void;
  'occurrence.completed': (event: OccurrenceEvent) => void;
  'occurrence.dead': (event: OccurrenceEvent) => void;
  'subscription.suspended': (event: { subscriptionId: string; deadInARow: number }) => void;
  'job.dead': (event: { jobId: string; type: string; error: string }) => void;
  'instance.dead': (event: { instanceId: string; rescued: Readonly<Record<string, number>> }) => void;
  'instance.lost': (event: { instanceId: string; reason: string }) => void;
  'breaker.changed': (event: { name: string; state: 'closed' | 'open' | 'half_open' }) => void;
}

export interface OccurrenceEvent {
  readonly subscriptionId: string;
  readonly scheduledFor: Date;
  readonly attempts: number;
  readonly error: string | null;
}

export interface StopOptions {
  /** Milliseconds that running work is given to finish. Default: `shutdownGraceS`. */
  readonly graceMs?: number;
}

/** The engine: knows processes, sources, runs and instances, but no business logic. */
export interface Engine {
  start(): Promise<void>;
  /** Drains: no new claims; running work gets `graceMs`, then its signal aborts. May be called more than once. */
  stop(options?: StopOptions): Promise<void>;
  /** Runs a process now and returns its finished run. Throws PROCESS_NOT_FOUND, ALREADY_RUNNING (details.run_id). */
  trigger(name: string, options: TriggerOptions): Promise<Run>;
  /** The same without waiting for the end. */
  begin(name: string, options: TriggerOptions): Promise<StartedRun>;
  readonly processes: {
    list(): Promise<readonly ProcessStatus[]>;
    get(name: string): Promise<ProcessStatus>;
    update(name: string, patch: ProcessPatch, by: Actor): Promise<ProcessStatus>;
    definitions(): readonly ProcessDefinition[];
  };
  /** The batch processes: what `POST /api/worker/queue_worker` runs. */
  readonly batch: Batch;
  readonly runs: {
    list(query?: RunQuery): Promise<Page<Run>>;
    get(id: string): Promise<Run>;
    /** On any instance: the instance of the run notices it within a heartbeat or two. Throws RUN_NOT_RUNNING. */
    cancel(id: string, by: Actor): Promise<Run>;
    /** Live events of a run on any instance, until it is finished or the signal aborts. */
    watch(id: string, signal: AbortSignal): AsyncIterable<RunEvent>;
  };
  readonly audit: {
    list(query?: PageQuery & { actor?: string; action?: string }): Promise<Page<AuditEntry>>;
    /** Throws AUDIT_ENTRY_NOT_FOUND. */
    get(id: string): Promise<AuditEntry>;
    /**
     * `details` are in snake_case. With `db` the entry is written in the transaction of the change, so that both are committed or neither.
     */
    record(
      entry: { by: Actor; action: string; target?: string | null; details?: unknown },
      options?: { db?: Queryable },
    ): Promise<void>;
  };
  stats(days: number): Promise<readonly DailyStats[]>;
  readonly latencies: {
    /** Over all instances, from roll-ups. */
    list(query: LatencyQuery): Promise<readonly LatencySummary[]>;
    /** What this process has counted since its start, for Prometheus. */
    totals(): readonly LatencyTotal[];
  };
  status(): Promise<EngineStatus>;
  /** True from the end of the start until a stop or the loss of the database. */
  ready(): boolean;
  /** Throws INVALID_INPUT for an event that does not exist. */
  on<E extends keyof SchedulerEvents>(event: E, listener: SchedulerEvents[E]): void;
  off<E extends keyof SchedulerEvents>(event: E, listener: SchedulerEvents[E]): void;
}
