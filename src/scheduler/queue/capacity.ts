// How much this process may take in hand: the worker's appetite as a whole, and the limits of types and queues.
import type { JobRegistry } from './define-job.js';

export interface Capacity {
  /** How many more may be claimed now, of whatever type. */
  readonly room: (limit: number) => number;
  /** How many more of this type, by its own and its queue's limit; 0 for a paused queue. */
  readonly ofType: (type: string) => number;
  paused(type: string): boolean;
  claimed(type: string): void;
  /** The handler has ended, or the claim was given back unstarted. */
  ended(type: string, durationMs: number | null): void;
  /** What operators changed about queues, replacing what was known. */
  setQueues(queues: readonly { name: string; paused: boolean; concurrency: number | null }[]): void;
  readonly inHand: number;
  byType(): Readonly<Record<string, number>>;
}

export interface CapacityOptions {
  readonly registry: JobRegistry;
  /** Jobs that run at once. */
  readonly concurrency: number;
  /** Claimed and not ended, at most. Default: the concurrency and 2,000 more. */
  readonly maxInHand?: number;
}

/** How far ahead work is taken in hand: what is claimed should be started within this time. */
const HORIZON_MS = 500;
const SMOOTHING = 0.1;

export function createCapacity({ registry, concurrency, maxInHand = concurrency + 2_000 }: CapacityOptions): Capacity {
  const types = new Map<string, number>();
  const queues = new Map<string, number>();
  let settings = new Map<string, { paused: boolean; concurrency: number | null }>();
  let inHand = 0;
  let meanMs: number | null = null;

  const queueOf = (type: string): string => registry.get(type)?.queue ?? 'default';
  const add = (counts: Map<string, number>, key: string, by: number): void => {
    counts.set(key, (counts.get(key) ?? 0) + by);
  };

  /** Before anything is known of durations: no more than can run. */
  const appetite = (): number => {
    if (meanMs === null) return concurrency;
    return Math.min(maxInHand, concurrency + Math.floor((concurrency * HORIZON_MS) / Math.max(meanMs, 0.1)));
  };

  return {
    room: (limit) => Math.max(0, Math.min(limit, appetite() - inHand)),
    ofType(type) {
      const queue = queueOf(type);
      const setting = settings.get(queue);
      if (setting?.paused) return 0;
      const byType = (registry.get(type)?.concurrency ?? Infinity) - (types.get(type) ?? 0);
      const byQueue = (setting?.concurrency ?? Infinity) - (queues.get(queue) ?? 0);
      return Math.max(0, Math.min(byType, byQueue));
    },
    paused: (type) => settings.get(queueOf(type))?.paused ?? false,
    claimed(type) {
      inHand += 1;
      add(types, type, 1);
      add(queues, queueOf(type), 1);
    },
    ended(type, durationMs) {
      inHand -= 1;
      add(types, type, -1);
      add(queues, queueOf(type), -1);
      if (durationMs !== null) meanMs = meanMs === null ? durationMs : meanMs + SMOOTHING * (durationMs - meanMs);
    },
    setQueues(rows) {
      settings = new Map(rows.map((row) => [row.name, { paused: row.paused, concurrency: row.concurrency }]));
    },
    get inHand() {
      return inHand;
    },
    byType: () => Object.fromEntries([...types].filter(([, count]) => count > 0)),
  };
}
