// The two clocks of an instance: node-cron's ticks (in UTC) and one exact timer for whatever is due first.
import { schedule, validate } from 'node-cron';
import { SchedulerError, toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { within } from '../../base/timing/within.js';

export interface Ticker {
  start(): void;
  /** Check again as soon as possible. */
  wake(): void;
  /** What is due first may have changed. */
  rearm(): void;
  /** No more checks; waits for one in progress. */
  stop(): Promise<void>;
}

export interface TickerOptions {
  /** node-cron expression, read in UTC. */
  readonly tick: string;
  readonly logger: Logger;
  /** `tick`: check everything; otherwise only what is due. */
  readonly look: (tick: boolean) => Promise<void>;
  /** Until the earliest thing due; null: nothing is coming. */
  readonly nextInMs: () => number | null;
}

/** Timers beyond 2^31 ms fire at once; events that far away are checked again earlier anyway. */
const FARTHEST_MS = 3_600_000;
const AFTER_FAILURE_MS = 1_000;
const LOOK_LIMIT_MS = 30_000;

/** Throws INVALID_CONFIG for an expression that node-cron does not understand. */
export function createTicker({ tick, logger, look, nextInMs }: TickerOptions): Ticker {
  if (!validate(tick)) throw new SchedulerError('INVALID_CONFIG', `SCHEDULER_TICK "${tick}" is not a cron expression`);
  let running = false;
  let looking: Promise<void> | null = null;
  let again: 'tick' | 'due' | null = null;
  let timer: NodeJS.Timeout | undefined;
  let heartbeat: ReturnType<typeof schedule> | undefined;

  function arm(wait: number | null): void {
    clearTimeout(timer);
    if (running && wait !== null) timer = setTimeout(() => request('due'), Math.min(Math.max(0, wait), FARTHEST_MS));
  }

  function request(kind: 'tick' | 'due'): void {
    if (!running) return;
    if (looking) {
      again = kind === 'tick' ? kind : (again ?? kind);
      return;
    }
    looking = attempt(kind === 'tick').then((worked) => {
      looking = null;
      const missed = again;
      again = null;
      if (!worked) arm(AFTER_FAILURE_MS);
      else if (missed) request(missed);
      else arm(nextInMs());
    });
  }

  async function attempt(tick: boolean): Promise<boolean> {
    try {
      await within(LOOK_LIMIT_MS, look(tick), 'looking at what is due');
      return true;
    } catch (error) {
      logger.warn('tick failed', { error: toError(error).message });
      return false;
    }
  }

  return {
    start: () => {
      running = true;
      const quiet = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
      const options = { timezone: 'UTC', suppressMissedWarning: true, logger: quiet };
      heartbeat = schedule(tick, () => request('tick'), options);
      request('tick');
    },
    wake: () => request('due'),
    rearm: () => {
      if (!looking) arm(nextInMs());
    },
    stop: async () => {
      running = false;
      clearTimeout(timer);
      await heartbeat?.destroy();
      await looking;
    },
  };
}
