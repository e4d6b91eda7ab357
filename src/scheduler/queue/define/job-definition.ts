// A job type: one definition from which payload types, validation, retries and limits follow.
import type { z } from 'zod';
import type { LogFields } from '../../../base/logger.js';
import { NO_EXTRAS } from '../../../db/queue/queries/rows.js';

export type PriorityName = 'urgent' | 'high' | 'normal' | 'low';
export const PRIORITIES: Readonly<Record<PriorityName, 0 | 1 | 2 | 3>> = { urgent: 0, high: 1, normal: 2, low: 3 };
export const PRIORITY_NAMES: readonly PriorityName[] = ['urgent', 'high', 'normal', 'low'];

/** Defaults for jobs whose definition does not set them. */
export const JOB_DEFAULTS = {
  queue: 'default',
  priority: 'normal',
  maxAttempts: NO_EXTRAS.max_attempts,
  timeoutMs: 300_000,
  crashLimit: 3,
} as const satisfies Partial<JobDefinition> & RetrySettings;

/** How another job ended that this one waited for. */
export interface FinishedDependency {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly result: unknown;
  /** It is a child of this job in a flow. */
  readonly isChild: boolean;
}

export interface JobContext {
  readonly jobId: string;
  readonly type: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** The nominal time of this job, the same on every attempt. */
  readonly scheduledFor: Date;
  readonly tenantId: string | null;
  readonly workspaceId: string | null;
  readonly userId: string | null;
  /** Aborts on cancel, time-out, forced shutdown and a lost claim; `signal.reason` says which. */
  readonly signal: AbortSignal;
  /** The checkpoint of an earlier attempt, or undefined. */
  readonly checkpoint: unknown;
  /** Stores state for the next attempt. Throws LOST_INSTANCE if the claim was lost. */
  saveCheckpoint(state: unknown): Promise<void>;
  /** Shown in the job's state; from 0 to 1, writes are rate-limited. */
  progress(fraction: number, note?: string): void;
  /** The job's own log: stored with it, readable over HTTP, bounded. */
  readonly log: {
    debug(message: string, data?: LogFields): void;
    info(message: string, data?: LogFields): void;
    warn(message: string, data?: LogFields): void;
    error(message: string, data?: LogFields): void;
  };
  /** The jobs that this one waited for. */
  dependencies(): Promise<readonly FinishedDependency[]>;
}

/** The owner of the job, as it was enqueued. */
export interface JobOwner {
  readonly tenantId: string | null;
  readonly workspaceId: string | null;
  readonly userId: string | null;
}

export interface RetrySettings {
  /** Default 5. */
  readonly maxAttempts?: number;
  /** Seconds before each attempt; the last entry applies to all further ones. Default 0, 60, 120, 240, 480. */
  readonly tableS?: readonly number[];
}

export interface RateLimit {
  /** The maximum number of starts … */
  readonly max: number;
  /** … in any window of this length, over all instances. */
  readonly perMs: number;
}

export interface JobDefinition<S extends z.ZodType = z.ZodType, R = unknown> {
  /** Unique; letters, digits, `_`, `-`, `.` and `:`. */
  readonly type: string;
  /** A zod schema of the payload, checked when a job is enqueued and again before it runs. */
  readonly schema: S;
  /** Returns a result, or one of `done`, `retry`, `cancel`, `bury`, `snooze`. Throwing is a failed attempt. */
  run(ctx: JobContext, payload: z.output<S>): R | Promise<R>;
  /** The queue: its jobs are paused and limited together. Default `default`. */
  readonly queue?: string;
  /** How often and after what delay a failed attempt is retried. */
  readonly retry?: RetrySettings;
  /** Time limit of one attempt, after which it fails. Default 5 minutes. */
  readonly timeoutMs?: number;
  /** The maximum number at once per instance. */
  readonly concurrency?: number;
  /**
   * Jobs of the type do not take the worker's slots (`queue.concurrency`): only `concurrency`, which is required then, limits them. For
   * handlers that mostly wait, for example for one of a few connections. Default false.
   */
  readonly ownSlots?: boolean;
  /** Limits starts over all instances. */
  readonly rateLimit?: RateLimit;
  /**
   * Returns how many jobs of the type this instance may hold at present, at most `concurrency`, for example fewer while a receiver is
   * failing. Called before each claim; while it returns 0, no job is claimed. Must return at once.
   */
  limitNow?(): number;
  /**
   * Called while `limitNow` returns 0: milliseconds until it may return more, after which the worker calls it again; null: unknown.
   * Without it, the worker calls it again when it polls (every 5 seconds by default), or when a job is enqueued or ends.
   */
  limitOpensInMs?(): number | null;
  /** Which of the due jobs are taken first. Default `normal`. */
  readonly priority?: PriorityName;
  /** Derives a unique key from the payload and the owner of the job: a second job with a held key is not enqueued. */
  uniqueBy?(payload: z.output<S>, owner: JobOwner): string;
  /** How long the key is held, whatever the outcome of the job. Default: see `uniqueUntil`. */
  readonly uniqueForMs?: number;
  /** Without `uniqueForMs`: `ended` (default) holds the key through all attempts, `started` frees it before the first. */
  readonly uniqueUntil?: 'started' | 'ended';
  /**
   * Number of instances that may die while running the job before it is buried with CRASH_LIMIT. Default 3. At the first death every job of
   * the process is a suspect; later deaths count only if the job was running (ADR 6). With 1, every start is written to the database first,
   * and a job whose process dies while it runs is not run again.
   */
  readonly crashLimit?: number;
  /** Shown to operators. */
  readonly description?: string;
}

/** Any definition, whatever its payload. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- definitions differ in their payload; each checks its own
export type AnyJob = JobDefinition<any, any>;

/** The payload type for enqueueing such a job. */
export type PayloadOf<D> = D extends JobDefinition<infer S, unknown> ? z.input<S> : never;

/** The same for a job that is given by the name of its type: what is not known from a name is checked when it runs. */
export type PayloadFor<D> = D extends AnyJob ? PayloadOf<D> : unknown;
