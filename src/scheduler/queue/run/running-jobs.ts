// The running jobs of this process, so that a cancellation, a lost claim or a forced shutdown reaches the handler concerned.
import type { Clock } from '../../../base/clock.js';
import type { QueueItem } from '../define/queue-item.js';

/** One running job. Its signal is created only for handlers that use it. */
export abstract class RunningJob {
  private controller: AbortController | undefined;
  private reason: Error | undefined;
  /** Its index among the running jobs; -1: it is not one of them. */
  place = -1;

  constructor(
    readonly item: QueueItem,
    readonly shutdown: AbortSignal,
    readonly startedMs: number,
    private readonly timeoutMs: number,
  ) {}

  get deadlineMs(): number {
    return this.startedMs + this.timeoutMs;
  }

  timeOut(): void {
    this.abort(new JobAborted('timeout', `no end within ${this.timeoutMs} ms`));
  }

  /** Ends the wait for the handler, whether it respects its signal or not. */
  protected abstract onAbort(reason: Error): void;

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.reason !== undefined) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  abort(reason: Error): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.onAbort(reason);
    this.controller?.abort(reason);
  }
}

export interface RunningJobs {
  readonly size: number;
  add(job: RunningJob): void;
  remove(job: RunningJob): void;
  get(id: string): RunningJob | undefined;
  /** Jobs that have been running since before this moment (monotonic milliseconds). */
  since(ms: number): readonly RunningJob[];
}

/** Why a job's signal was aborted. */
export class JobAborted extends Error {
  override readonly name = 'JobAborted';
  constructor(
    readonly why: 'timeout' | 'cancelled' | 'lost' | 'shutdown',
    message: string,
  ) {
    super(message);
  }
}

/** How late a time-out may come. */
const SWEEP_MS = 25;

export function createRunningJobs(clock: Clock): RunningJobs {
  // each job knows its index: a map by id would cost more than a small job, and single jobs are rarely looked up
  const jobs: RunningJob[] = [];
  const watched = new WeakSet<AbortSignal>();
  let lastWatched: AbortSignal | undefined;
  let sweeper: NodeJS.Timeout | undefined;

  /** One timer for all: a timer for each would cost more than a small job. It is stopped when nothing runs. */
  const sweep = (): void => {
    const now = clock.monotonicMs();
    for (const job of [...jobs]) if (job.deadlineMs <= now) job.timeOut();
    if (jobs.length === 0) {
      clearInterval(sweeper);
      sweeper = undefined;
    }
  };

  /** One listener per drain, not one per job: adding and removing them would cost more than a small job. */
  const watch = (shutdown: AbortSignal): void => {
    if (shutdown === lastWatched) return;
    lastWatched = shutdown;
    if (watched.has(shutdown)) return;
    watched.add(shutdown);
    const abortAll = (): void => {
      for (const job of [...jobs]) {
        if (job.shutdown === shutdown) job.abort(new JobAborted('shutdown', 'the worker is stopping'));
      }
    };
    shutdown.addEventListener('abort', abortAll, { once: true });
  };

  return {
    get size() {
      return jobs.length;
    },
    add(job) {
      watch(job.shutdown);
      job.place = jobs.push(job) - 1;
      sweeper ??= setInterval(sweep, SWEEP_MS);
      if (job.shutdown.aborted) job.abort(new JobAborted('shutdown', 'the worker is stopping'));
    },
    remove(job) {
      const last = jobs.at(-1);
      if (job.place === -1 || last === undefined) return;
      jobs[job.place] = last;
      last.place = job.place;
      jobs.pop();
      job.place = -1;
    },
    get: (id) => jobs.find((job) => job.item.id === id),
    since: (ms) => jobs.filter((job) => job.startedMs <= ms),
  };
}
