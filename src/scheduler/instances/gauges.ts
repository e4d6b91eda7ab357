// How this process is doing: read at each heartbeat, which carries it, so that every instance can show it for all.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../../base/clock.js';
import type { StoredGauges } from '../../db/engine/queries/instances/instances.js';
import { perMinute, type Sample } from './per-minute.js';

/** What only the composed scheduler knows. */
export interface Readings {
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
  /** Items claimed since start. */
  readonly claimed: number;
}

export interface Gauges {
  /** Measures the event loop from now on. */
  start(): void;
  /** The state now; the event loop's lag since the last reading. */
  read(): StoredGauges;
  close(): void;
}

/** Its timer does not keep the process alive. The times it measures include its own period. */
const EVERY_MS = 50;
const WINDOW_MS = 60_000;
const NS_PER_MS = 1e6;

export function createGauges({ clock, readings }: { clock: Clock; readings: () => Readings }): Gauges {
  const loop = monitorEventLoopDelay({ resolution: EVERY_MS });
  let samples: readonly Sample[] = [];
  /** Monotonic time of the first of the readings in a row at which callers waited for a connection. */
  let waitingSince: number | null = null;

  const lagMs = (): number => {
    const p99 = loop.count === 0 ? 0 : loop.percentile(99) / NS_PER_MS - EVERY_MS;
    loop.reset();
    return Math.max(0, Math.round(p99 * 10) / 10);
  };

  const waitedS = (waiting: number, ms: number): number => {
    waitingSince = waiting === 0 ? null : (waitingSince ?? ms);
    return waitingSince === null ? 0 : (ms - waitingSince) / 1_000;
  };

  return {
    start: () => {
      loop.enable();
      samples = [{ ms: clock.monotonicMs(), count: readings().claimed }];
    },
    read() {
      const { pool, claimed } = readings();
      const now = { ms: clock.monotonicMs(), count: claimed };
      const rate = perMinute(samples, now);
      const heap = getHeapStatistics();
      samples = [...samples.filter(({ ms }) => now.ms - ms < WINDOW_MS), now];
      return {
        event_loop_p99_ms: lagMs(),
        rss_bytes: process.memoryUsage.rss(),
        heap_used_bytes: heap.used_heap_size,
        heap_limit_bytes: heap.heap_size_limit,
        pool_total: pool.total,
        pool_idle: pool.idle,
        pool_waiting: pool.waiting,
        pool_waiting_s: waitedS(pool.waiting, now.ms),
        claims_per_min: rate,
      };
    },
    close: () => void loop.disable(),
  };
}
