// The queue worker: drains over the queue that run until stopped, their wake-ups, and periodic maintenance of the queue.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import { linkSignals } from '../../../base/timing/linked-signal.js';
import type { Logger } from '../../../base/logger.js';
import type { Service } from '../../../base/service.js';
import type { TelemetryHolder } from '../../../base/telemetry/telemetry.js';
import { sleep } from '../../../base/timing/sleep.js';
import type { Admission } from '../../work/admission.js';
import { createConcurrencyLimit } from '../../work/concurrency-limit.js';
import { isRefusal } from '../../work/database-faults.js';
import { drain } from '../../work/drain.js';
import type { DrainReport } from '../../work/drain-options.js';
import type { SettleReport } from '../../contracts/source.js';
import type { QueueItem } from '../define/queue-item.js';
import type { QueueSource } from '../claim/queue-source.js';
import type { WakeHub } from '../wake/wake-hub.js';

/** A life of this instance: its id and a signal that aborts when that life is over. */
export interface QueueLife {
  readonly instanceId: string;
  readonly signal: AbortSignal;
}

export interface WorkerDeps {
  readonly source: QueueSource;
  readonly hub: WakeHub;
  readonly clock: Clock;
  readonly logger: Logger;
  /** null while this process is no living instance. */
  readonly life: () => QueueLife | null;
  /** Jobs that run at once. */
  readonly concurrency: number;
  /** Concurrent drains: while one waits for the database, another has work. */
  readonly drains: number;
  readonly chunkSize: number;
  readonly telemetry: TelemetryHolder;
  readonly admission?: Admission<QueueItem>;
  /** Polls for missed work at least this often. */
  readonly pollMs: number;
  /** Called before each poll. */
  readonly onPoll: () => void;
  /** Milliseconds until the first job that was not due at the last scan; 0 or less: it has become due since. */
  readonly comingInMs: () => number | null;
  /** Milliseconds until types whose rate limit was reached, or whose `limitNow` is 0, may start again; null: there are none. */
  readonly opensInMs: () => readonly (number | null)[];
  /** The result of the last scan is out of date. */
  readonly lookAgain: () => void;
  /** Releases claims that are not being processed; called while no drain of the current life runs. */
  readonly recover: () => Promise<void>;
  /** A life has ended whose drains have not: its claims must not be recovered until the returned function is called. */
  readonly leave: () => () => void;
}

export interface WorkOnceOptions {
  /** Aborts when nothing new may be started: running jobs may end, and claimed jobs that have not started are released. */
  readonly closing: AbortSignal;
  readonly maxItems?: number;
  /** Called after each written batch of outcomes. */
  readonly onReport?: (report: SettleReport) => void;
}

export interface QueueWorker extends Service {
  /** Aborts what is still running; its claims are released. */
  abort(): void;
  /** Runs jobs until none is due, then resolves. Never rejects: see `error` of the report. */
  workOnce(options: WorkOnceOptions): Promise<DrainReport>;
  readonly running: boolean;
  /** False after several consecutive rounds whose statements the server refused. A lost connection is reported elsewhere. */
  readonly healthy: boolean;
  readonly inUse: number;
}

const SETTLE_AFTER_MS = 10;
const SETTLE_BATCH = 1_000;
/** A worker is unhealthy after this number of consecutive rounds that ended within that time. */
const UNHEALTHY_AFTER = 3;
const EARLY_MS = 2_000;
const BACK_OFF_MS = { first: 200, most: 5_000 };

export function createQueueWorker(deps: WorkerDeps): QueueWorker {
  const { source, hub, clock, logger } = deps;
  const parallel = createConcurrencyLimit(deps.concurrency);
  let closing = new AbortController();
  let forced = new AbortController();
  let loop: Promise<void> | undefined;
  const calls = new Set<Promise<DrainReport>>();
  /** Drains of the current life, and of earlier ones that still wait for jobs. */
  const rounds = new Set<Promise<readonly DrainReport[]>>();
  let poll: NodeJS.Timeout | undefined;
  /** Consecutive rounds whose statements the server refused at once, and the start of the current one. */
  let failures = 0;
  let roundSinceMs: number | null = null;

  const waitForWork = async (ending: AbortSignal): Promise<boolean> => {
    const comingInMs = deps.comingInMs();
    if (comingInMs !== null && comingInMs <= 0) deps.lookAgain();
    // an earlier wake-up may have replaced the one for the end of a rate limit
    for (const ms of [comingInMs, ...deps.opensInMs()]) if (ms !== null) hub.wakeIn(Math.max(0, ms));
    await hub.wait(ending);
    return true;
  };

  const options = (signal: AbortSignal, stop: AbortSignal) => ({
    runId: null,
    signal,
    closing: stop,
    parallel,
    ...(deps.admission === undefined ? {} : { admission: deps.admission }),
    chunkSize: deps.chunkSize,
    settleBatch: SETTLE_BATCH,
    settleAfterMs: SETTLE_AFTER_MS,
    clock,
    telemetry: deps.telemetry,
  });

  const drainOnce = (signal: AbortSignal, { closing: ending, maxItems = Infinity, onReport }: WorkOnceOptions) =>
    drain(source, {
      ...options(signal, ending),
      ...(maxItems === Infinity ? {} : { maxItems }),
      ...(onReport === undefined ? {} : { onReport }),
      more: async () => {
        if (source.want === 'room') await hub.wait(ending);
        return source.want !== 'none';
      },
    });

  const workOnce = async ({ maxItems = Infinity, ...rest }: WorkOnceOptions): Promise<DrainReport> => {
    const life = deps.life();
    const stop = linkSignals(forced.signal, ...(life === null ? [] : [life.signal]));
    const ending = linkSignals(rest.closing, closing.signal);
    const once = { ...rest, closing: ending.signal };
    try {
      let total = await drainOnce(stop.signal, { ...once, maxItems });
      // jobs that ended may have released others
      while (total.end === 'exhausted' && total.claimed > 0 && total.claimed < maxItems) {
        const next = await drainOnce(stop.signal, { ...once, maxItems: maxItems - total.claimed });
        if (next.claimed === 0 && next.end === 'exhausted') break;
        total = addReports(total, next);
      }
      return total;
    } finally {
      stop.unlink();
      ending.unlink();
    }
  };

  /** Resolves, without reports, a moment after the life was lost. */
  const waitForLoss = (life: AbortSignal): { over: Promise<readonly DrainReport[]>; cancel: () => void } => {
    const loss = linkSignals(life);
    const over = new Promise<readonly DrainReport[]>((resolve) => {
      const unwind = (): void => void sleep(UNWIND_MS).then(() => resolve([]));
      if (loss.signal.aborted) unwind();
      else loss.signal.addEventListener('abort', unwind, { once: true });
    });
    return { over, cancel: loss.unlink };
  };

  /**
   * Runs all drains for one life; if one fails, all are stopped. Returns the first failure. When the life is over, jobs that ignore their
   * signal are not waited for: the next life works beside them.
   */
  const workThrough = async (life: QueueLife): Promise<DrainReport | undefined> => {
    const cut = linkSignals(life.signal, forced.signal);
    const stop = new AbortController();
    const ending = linkSignals(closing.signal, stop.signal);
    const waiting = linkSignals(ending.signal, cut.signal);
    const drainThrough = async (): Promise<DrainReport> => {
      const report = await drain(source, {
        ...options(cut.signal, ending.signal),
        more: () => waitForWork(waiting.signal),
      });
      if (report.end === 'failed') stop.abort();
      return report;
    };
    const round = Promise.all(Array.from({ length: deps.drains }, drainThrough)).finally(() => {
      for (const linked of [waiting, ending, cut]) linked.unlink();
      rounds.delete(round);
    });
    rounds.add(round);
    const lost = waitForLoss(life.signal);
    const reports = await Promise.race([round, lost.over]).finally(lost.cancel);
    if (rounds.has(round)) void round.then(deps.leave());
    return reports.find((report) => report.end === 'failed');
  };

  const run = async (): Promise<void> => {
    let wait = BACK_OFF_MS.first;
    while (!closing.signal.aborted) {
      const life = deps.life();
      if (life === null || life.signal.aborted) {
        await sleep(BACK_OFF_MS.first, closing.signal);
        continue;
      }
      await recover();
      const startedMs = (roundSinceMs = clock.monotonicMs());
      const failed = await workThrough(life);
      roundSinceMs = null;
      if (failed === undefined || clock.monotonicMs() - startedMs > EARLY_MS) failures = 0;
      if (failed === undefined) continue;
      if (isRefusal(failed.error)) failures += 1;
      logger.warn('queue drain failed, it is restarted', { error: failed.error });
      if (clock.monotonicMs() - startedMs > 10 * BACK_OFF_MS.most) wait = BACK_OFF_MS.first;
      await sleep(wait, closing.signal);
      wait = Math.min(wait * 2, BACK_OFF_MS.most);
    }
    await recover();
  };

  /** Claims that an earlier round may have left behind. */
  const recover = (): Promise<void> =>
    deps.recover().catch((error: unknown) => {
      logger.warn('claims without a holder are not released yet', { error: toError(error) });
    });

  return {
    name: 'queue-worker',
    async start() {
      if (loop !== undefined) return;
      poll = setInterval(() => {
        deps.onPoll();
        hub.wake();
      }, deps.pollMs);
      loop = run();
    },
    async stop() {
      clearInterval(poll);
      closing.abort();
      await loop;
      await Promise.all([...rounds, ...calls]);
      hub.close();
      loop = undefined;
      closing = new AbortController();
      forced = new AbortController();
    },
    abort: () => forced.abort(),
    workOnce(wanted) {
      const call = workOnce(wanted).finally(() => calls.delete(call));
      calls.add(call);
      return call;
    },
    get running() {
      return loop !== undefined;
    },
    get healthy() {
      const goesOn = roundSinceMs !== null && clock.monotonicMs() - roundSinceMs > EARLY_MS;
      return goesOn || failures < UNHEALTHY_AFTER;
    },
    get inUse() {
      return parallel.inUse;
    },
  };
}

/** Work that ends with a life is given a moment to do so. */
const UNWIND_MS = 100;

const addReports = (a: DrainReport, b: DrainReport): DrainReport => ({
  end: b.end,
  claimed: a.claimed + b.claimed,
  successful: a.successful + b.successful,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  dead: a.dead + b.dead,
  retried: a.retried + b.retried,
  lost: a.lost + b.lost,
  released: a.released + b.released,
  unsettled: a.unsettled + b.unsettled,
  mayHoldClaims: a.mayHoldClaims || b.mayHoldClaims,
  error: b.error,
});
