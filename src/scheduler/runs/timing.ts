// Times work on this instance: the database's time between heartbeats, the latencies of runs, and the histograms.
import type { Clock } from '../../base/clock.js';
import { binLimitMs, countOf, percentilesOf } from '../../base/latency-bins.js';
import type { Logger } from '../../base/logger.js';
import { within } from '../../base/timing/within.js';
import type { Database } from '../../db/database.js';
import { readLatencies, type LatencyRow } from '../../db/engine/queries/records/latencies.js';
import { checkLatencyQuery } from '../contracts/call-options.js';
import type { Events } from '../contracts/events.js';
import type { Run } from '../contracts/run.js';
import type { Engine, LatencySummary } from '../contracts/scheduler.js';
import { createLatencyBook, type LatencyBook } from '../records/latency-book.js';

export interface Timing {
  readonly book: LatencyBook;
  /** The database's time, in milliseconds since the epoch, at a moment of the monotonic clock; as of the last heartbeat. */
  databaseMs(monotonicMs: number): number;
  /** The database has reported its time. */
  learn(databaseMs: number): void;
  readonly latencies: Engine['latencies'];
  /** Writes what has been counted every few seconds; returns a function that stops it. */
  keepWriting(): () => void;
  /** Writes what has been counted, unless the database takes too long. Never rejects. */
  close(): Promise<void>;
}

export interface TimingDeps {
  readonly database: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly events: Events;
  /** True for a process whose items are timed individually, so that its slot is not timed as well. */
  readonly drains: (process: string) => boolean;
}

const WRITE_EVERY_MS = 5_000;
const CLOSE_LIMIT_MS = 2_000;

export function createTiming({ database, logger, clock, now, events, drains }: TimingDeps): Timing {
  const book = createLatencyBook(database, logger, now);
  let offsetMs = clock.now().getTime() - clock.monotonicMs();

  events.on('run.finished', (run) => observeRun(book, run, drains(run.process)));

  return {
    book,
    databaseMs: (monotonicMs) => monotonicMs + offsetMs,
    learn: (databaseMs) => void (offsetMs = databaseMs - clock.monotonicMs()),
    latencies: {
      list: async (query) => {
        checkLatencyQuery(query);
        await book.flush(); // what this instance has just counted is part of the result
        return (await readLatencies(database, query, now())).flatMap(summaryOf);
      },
      totals: () => book.totals(),
    },
    keepWriting: () => {
      const timer = setInterval(() => void book.flush(), WRITE_EVERY_MS);
      return () => clearInterval(timer);
    },
    close: () => within(CLOSE_LIMIT_MS, book.flush(), 'the latencies').catch(() => {}),
  };
}

function observeRun(book: LatencyBook, { process, slot, trigger, startedAt, finishedAt }: Run, drains: boolean): void {
  const times = book.of('process', process);
  if (finishedAt) times.duration.observe(finishedAt.getTime() - startedAt.getTime());
  if (slot && trigger === 'tick' && !drains) times.lateness.observe(startedAt.getTime() - slot.getTime());
}

function summaryOf({ bins, ...key }: LatencyRow): LatencySummary[] {
  const percentiles = percentilesOf(bins);
  if (percentiles === null) return [];
  const filled = bins.map((count, bin) => ({ limitMs: binLimitMs(bin), count })).filter(({ count }) => count > 0);
  return [{ ...key, count: countOf(bins), percentiles, bins: filled }];
}
