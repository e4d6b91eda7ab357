// What a run is: one execution of a process on one instance, with counts, progress and samples of errors.
import type { ErrorSample } from './source.js';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'abandoned';

/**
 * What started a run. `tick`: periodic check or exact timer; `manual`: a person or program through the API; `cron`: an external cron
 * through the worker endpoint.
 */
export type RunTrigger = 'tick' | 'manual' | 'cron' | 'retry';

/** Counts of a run. `processed = successful + failed`; `dead` and `retried` are parts of `failed`. A process may add its own. */
export interface RunCounts {
  readonly processed: number;
  readonly successful: number;
  readonly failed: number;
  readonly skipped: number;
  readonly dead: number;
  readonly retried: number;
  readonly lost: number;
  readonly [own: string]: number;
}

export interface RunProgress {
  /** How much is done, and the total if it is known. */
  readonly done: number;
  readonly total: number | null;
  readonly note: string | null;
}

export interface Run {
  readonly id: string;
  readonly process: string;
  /** The occurrence of the process's schedule that this run is for; null for a manual trigger. */
  readonly slot: Date | null;
  readonly trigger: RunTrigger;
  readonly triggeredBy: string | null;
  readonly instanceId: string;
  readonly status: RunStatus;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly counts: RunCounts;
  readonly progress: RunProgress | null;
  readonly error: string | null;
  readonly stoppedEarly: boolean;
  /** At most ten. */
  readonly errors: readonly ErrorSample[];
  /** How often each error code occurred. */
  readonly errorGroups: Readonly<Record<string, number>>;
  /** The input of the trigger (filters), null for a tick. */
  readonly input: unknown;
  /** The run of the batch worker that this run is a part of. */
  readonly parentId: string | null;
}

export const NO_COUNTS: RunCounts = {
  processed: 0,
  successful: 0,
  failed: 0,
  skipped: 0,
  dead: 0,
  retried: 0,
  lost: 0,
};
