// Lateness, wait and duration: counted in memory by incrementing an array element, and periodically added to the roll-ups. Prometheus reads
// the totals since the start.
import { BIN_COUNT, binOf, type Bins } from '../../base/latency-bins.js';
import { toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { Db } from '../../db/database.js';
import {
  addLatencies,
  type LatencyDelta,
  type LatencyKey,
  type LatencyMeasure,
  type LatencySubject,
} from '../../db/engine/queries/records/latencies.js';

/** The times of one kind, of one process, job type or receiver. */
class LatencyCounter {
  readonly bins = new Float64Array(BIN_COUNT);
  private readonly written = new Float64Array(BIN_COUNT);
  sumMs = 0;

  observe(ms: number): void {
    const bin = binOf(ms);
    this.bins[bin] = (this.bins[bin] as number) + 1;
    if (ms > 0) this.sumMs += ms;
  }

  /** Counts since the last `settle`; empty bins at the end are left out. */
  unwritten(): number[] {
    const delta: number[] = [];
    for (let bin = 0; bin < BIN_COUNT; bin += 1) {
      const more = (this.bins[bin] as number) - (this.written[bin] as number);
      if (more === 0) continue;
      while (delta.length < bin) delta.push(0);
      delta.push(more);
    }
    return delta;
  }

  settle(delta: readonly number[]): void {
    delta.forEach((count, bin) => (this.written[bin] = (this.written[bin] as number) + count));
  }
}

/** The three of one process, job type or receiver. */
export type Latencies = Readonly<Record<LatencyMeasure, LatencyCounter>>;

export interface LatencyTotal extends LatencyKey {
  readonly bins: Bins;
  readonly sumMs: number;
}

export interface LatencyBook {
  /** The same object each time; keep a reference where it is used often. */
  of(subject: LatencySubject, name: string): Latencies;
  /** What this process has counted since its start. */
  totals(): readonly LatencyTotal[];
  /**
   * Adds the counts to the current hour and day. After a failure they are kept for the next time; what a killed process had not written is
   * lost. Never rejects.
   */
  flush(): Promise<void>;
}

/** Maximum number of distinct names of one kind: receivers come from users, and each name is a series in Prometheus. */
const MOST_NAMES = 200;
export const OTHER_NAMES = 'other';

const newLatencies = (): Latencies => ({
  lateness: new LatencyCounter(),
  wait: new LatencyCounter(),
  duration: new LatencyCounter(),
});

export function createLatencyBook(db: Db, logger: Logger, now: () => Date | null): LatencyBook {
  const subjects: Record<LatencySubject, Map<string, Latencies>> = {
    process: new Map(),
    job: new Map(),
    receiver: new Map(),
  };
  let flushing: Promise<void> | null = null;

  const of = (subject: LatencySubject, name: string): Latencies => {
    const names = subjects[subject];
    const known = names.get(name);
    if (known !== undefined) return known;
    if (names.size >= MOST_NAMES && name !== OTHER_NAMES) return of(subject, OTHER_NAMES);
    const added = newLatencies();
    names.set(name, added);
    return added;
  };

  function* counters(): Generator<LatencyKey & { readonly counter: LatencyCounter }> {
    for (const [subject, names] of Object.entries(subjects) as [LatencySubject, Map<string, Latencies>][]) {
      for (const [name, latencies] of names) {
        for (const [measure, counter] of Object.entries(latencies) as [LatencyMeasure, LatencyCounter][]) {
          yield { subject, name, measure, counter };
        }
      }
    }
  }

  async function write(): Promise<void> {
    const gathered = [...counters()]
      .map((entry) => ({ ...entry, bins: entry.counter.unwritten() }))
      .filter(({ bins }) => bins.length > 0);
    if (gathered.length === 0) return;
    const deltas = gathered.map(({ counter: _, ...delta }): LatencyDelta => delta);
    try {
      await addLatencies(db, deltas, now());
      for (const { counter, bins } of gathered) counter.settle(bins);
    } catch (error) {
      logger.warn('latencies were not written', { error: toError(error) });
    }
  }

  return {
    of,
    totals: () =>
      [...counters()]
        .filter(({ counter }) => counter.bins.some((count) => count > 0))
        .map(({ counter, ...key }) => ({ ...key, bins: counter.bins, sumMs: counter.sumMs })),
    flush: () => (flushing ??= write().finally(() => (flushing = null))),
  };
}
