// Statistics per type and hour, gathered in memory and added to the roll-ups now and then.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import { addStats, type StatsDelta } from '../../../db/queue/admin-queries/stats.js';
import type { JobOutcome } from '../define/job-outcome.js';
import type { QueueItem } from '../define/queue-item.js';

export interface StatsBook {
  add(settled: readonly { readonly item: QueueItem; readonly outcome: JobOutcome }[]): void;
  /** Writes what has gathered; what could not be written is kept for the next time. What a killed process had not written is lost: the jobs themselves are the truth. */
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
  histogram: number[];
}

const HOUR_MS = 3_600_000;
/** Bounds 1, 2, 4 … 2^22 ms (over an hour); the last one takes the rest. */
export const HISTOGRAM_SIZE = 24;

/** The place of a duration in the histogram: the first bound it does not exceed. */
export const histogramPlace = (ms: number): number =>
  ms <= 1 ? 0 : Math.min(HISTOGRAM_SIZE - 1, 32 - Math.clz32(Math.ceil(Math.min(ms, 2 ** 30)) - 1));

const emptyTally = (): Tally => ({
  completed: 0,
  retried: 0,
  dead: 0,
  cancelled: 0,
  duration_ms: 0,
  slowest_ms: 0,
  slowest_job: null,
  histogram: new Array<number>(HISTOGRAM_SIZE).fill(0),
});

/** Adds what another tally counted. */
function merge(into: Tally, from: Tally): void {
  for (const name of ['completed', 'retried', 'dead', 'cancelled', 'duration_ms'] as const) into[name] += from[name];
  from.histogram.forEach((count, place) => (into.histogram[place] = (into.histogram[place] ?? 0) + count));
  if (into.slowest_job !== null && into.slowest_ms >= from.slowest_ms) return;
  [into.slowest_ms, into.slowest_job] = [from.slowest_ms, from.slowest_job];
}

export function createStatsBook(db: Database, clock: Clock, logger: Logger): StatsBook {
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
    const place = histogramPlace(durationMs);
    tally.histogram[place] = (tally.histogram[place] ?? 0) + 1;
    if (durationMs >= tally.slowest_ms) [tally.slowest_ms, tally.slowest_job] = [durationMs, id];
  };

  return {
    add(settled) {
      const hour = Math.floor(clock.now().getTime() / HOUR_MS) * HOUR_MS;
      let type: string | undefined;
      let tally = emptyTally();
      for (const { item, outcome } of settled) {
        if (item.type !== type) tally = tallyOf(hour, (type = item.type));
        addOne(tally, item.id, outcome);
      }
    },
    async flush() {
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

/** The duration that `share` of the jobs did not exceed, from the sum of histograms: the bound of its bucket. */
export function quantileMs(histograms: readonly (readonly number[])[], share: number): number | null {
  const sum = new Array<number>(HISTOGRAM_SIZE).fill(0);
  for (const histogram of histograms) histogram.forEach((count, place) => (sum[place] = (sum[place] ?? 0) + count));
  const total = sum.reduce((a, b) => a + b, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [place, count] of sum.entries()) {
    seen += count;
    if (seen >= total * share) return 2 ** place;
  }
  return 2 ** (HISTOGRAM_SIZE - 1);
}
