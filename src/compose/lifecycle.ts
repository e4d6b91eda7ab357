// Start and stop of a scheduler. A stop is final, in whatever state it comes:
//
//   new ──start──▶ starting ──▶ running ──stop──▶ stopped
//    │ ▲               │ │                          ▲
//    │ └─ step fails ──┘ └────────── stop ──────────┤
//    └───────────────────── stop ───────────────────┘
import { SchedulerError } from '../base/errors.js';
import { within } from '../base/timing/within.js';
import { checkStop } from '../scheduler/contracts/call-options.js';
import type { StopOptions } from '../scheduler/contracts/scheduler.js';

/** One step of a start. It should end soon when the signal aborts; `end` releases what it leaves behind. */
export type StartStep = (stopping: AbortSignal) => Promise<void>;

export interface LifecycleOptions {
  readonly steps: readonly StartStep[];
  /** Drains and releases everything, however far the start had got. */
  readonly end: (options: StopOptions) => Promise<void>;
}

export interface Lifecycle {
  start(): Promise<void>;
  stop(options?: StopOptions): Promise<void>;
}

/** A step may be waiting for something that does not respond: then the stop goes on without it, and its work is undone when it ends. */
const START_LIMIT_MS = 10_000;

/** `start` rejects with STOPPING after a stop, and when a stop comes before it is done. It may be called again after a step has failed. */
export function createLifecycle({ steps, end }: LifecycleOptions): Lifecycle {
  const stopping = new AbortController();
  let starting: Promise<void> | null = null;

  async function takeSteps(): Promise<void> {
    for (const step of steps) {
      stopping.signal.throwIfAborted();
      await step(stopping.signal);
    }
    stopping.signal.throwIfAborted();
  }

  function start(): Promise<void> {
    if (starting) return Promise.reject(new SchedulerError('INVALID_CONFIG', 'a scheduler can be started only once'));
    const start = takeSteps().catch((error: unknown) => {
      starting = null;
      throw stopping.signal.aborted ? (stopping.signal.reason as Error) : error;
    });
    return (starting = start);
  }

  async function stop(options: StopOptions = {}): Promise<void> {
    checkStop(options);
    stopping.abort(new SchedulerError('STOPPING', 'the scheduler was stopped'));
    // also prevents an unhandled rejection if the start is not awaited yet
    const ended = starting?.catch(() => {}) ?? Promise.resolve();
    await within(START_LIMIT_MS, ended, 'the start').catch(() => {});
    await end(options);
  }

  return { start, stop };
}
