// Statistics per type and hour, counted in memory and periodically added to the roll-ups, together with latencies.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import { addStats, type StatsDelta } from '../../../db/queue/admin-queries/stats.js';
import type { JobOutcome } from '../define/job-outcome.js';
import type { QueueItem } from '../define/queue-item.js';
import type { Latencies, LatencyBook } from '../../records/latency-book.js';

export interface StatsBookDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly latencies: LatencyBook;
  /** The database's time, in milliseconds since the epoch, at a moment of the monotonic clock. */
  readonly databaseMs: (monotonicMs: number) => number;
}

export interface StatsBook {
  add(settled: readonly { readonly item: QueueItem; readonly outcome: JobOutcome }[]): void;
  /**
   * Writes what has been counted; after a failure it is kept for the next time. What a killed process had not written is lost; the jobs
   * themselves are authoritative.
   */
  flush(): Promise<void>;
}

interface Tally {
  completed: number;
  retried: number;
  dead: number;
  cancelled: number;
  duration_ms: number;
  slowest_ms: number;
  slowest_job: string | null;
}

const HOUR_MS = 3_600_000;

const emptyTally = (): Tally => ({
  completed: 0,
  retried: 0,
  dead: 0,
  cancelled: 0,
  duration_ms: 0,
  slowest_ms: 0,
  slowest_job: null,
});

/** Adds the counts of another tally. */
function merge(into: Tally, from: Tally): void {
  for (const name of ['completed', 'retried', 'dead', 'cancelled', 'duration_ms'] as const) into[name] += from[name];
  if (into.slowest_job !== null && into.slowest_ms >= from.slowest_ms) return;
  [into.slowest_ms, into.slowest_job] = [from.slowest_ms, from.slowest_job];
}

export function createStatsBook({ db, clock, logger, latencies, databaseMs }: StatsBookDeps): StatsBook {
  const tallies = new Map<string, { hour: number; type: string; tally: Tally }>();

  const tallyOf = (hour: number, type: string): Tally => {
    const key = `${hour} ${type}`;
    let entry = tallies.get(key);
    if (entry === undefined) tallies.set(key, (entry = { hour, type, tally: emptyTally() }));
    return entry.tally;
  };

  const addOne = (tally: Tally, id: string, { status, durationMs }: JobOutcome): void => {
    if (status === 'pending') return;
    if (status === 'failed') tally.retried += 1;
    else tally[status] += 1;
    tally.duration_ms += durationMs;
    if (durationMs >= tally.slowest_ms) [tally.slowest_ms, tally.slowest_job] = [durationMs, id];
  };

  /** Lateness counts once for each occurrence: retries wait for their own time. */
  const observe = (times: Latencies, item: QueueItem, { status, durationMs }: JobOutcome): void => {
    if (status === 'pending' || item.begunMs === null) return;
    const begunMs = databaseMs(item.begunMs);
    times.wait.observe(begunMs - item.dueMs);
    if (item.attempt === 1) times.lateness.observe(begunMs - item.scheduledMs);
    times.duration.observe(durationMs);
  };

  return {
    add(settled) {
      const hour = Math.floor(clock.now().getTime() / HOUR_MS) * HOUR_MS;
      let type: string | undefined;
      let tally = emptyTally();
      let times: Latencies | undefined;
      for (const { item, outcome } of settled) {
        if (times === undefined || item.type !== type) {
          type = item.type;
          tally = tallyOf(hour, type);
          times = latencies.of('job', type);
        }
        addOne(tally, item.id, outcome);
        observe(times, item, outcome);
      }
    },
    async flush() {
      await latencies.flush();
      if (tallies.size === 0) return;
      const gathered = [...tallies.entries()];
      tallies.clear();
      const deltas: StatsDelta[] = gathered.map(([, { hour, type, tally }]) => ({
        ...tally,
        hour: new Date(hour).toISOString(),
        type,
      }));
      try {
        await addStats(db, deltas);
      } catch (error) {
        logger.warn('job statistics were not written', { error: toError(error) });
        for (const [, { hour, type, tally }] of gathered) merge(tallyOf(hour, type), tally);
      }
    },
  };
}
