// How many jobs this process may hold: the limit of the worker as a whole, and the limits of types and queues.
import type { AnyJob, JobRegistry } from '../define/define-job.js';

export interface Capacity {
  /** How many more may be claimed now, of the types that share the worker's slots. */
  readonly room: (limit: number) => number;
  /** The type has slots of its own, and takes none of the worker's. */
  readonly hasOwnSlots: (type: string) => boolean;
  /** How many more of a type its own and its queue's limit allow now; 0 for a paused queue. */
  readonly free: (type: string) => number;
  /**
   * Reserves room for up to `wanted` jobs of a type, within its own and its queue's limit, before they are claimed (claims run
   * concurrently); returns the number reserved: 0 for a paused queue.
   */
  readonly reserve: (type: string, wanted: number) => number;
  /** Releases room: a claim returned fewer jobs, a handler has ended, or a claim was released unstarted. */
  giveBack(type: string, count: number): void;
  /** Calls back once when room may have become available for a type, first come, first served; the returned function cancels this. */
  whenRoom(type: string, waiter: () => void): () => void;
  /** How long a handler of a type took. */
  observe(type: string, durationMs: number): void;
  paused(type: string): boolean;
  /** Milliseconds until the first type whose `limitNow` is 0 may have room; null: unknown, or there is none. */
  readonly opensInMs: number | null;
  /** Replaces the known settings of queues by those of operators. */
  setQueues(queues: readonly { name: string; paused: boolean; concurrency: number | null }[]): void;
  /** Held jobs of the types that share the worker's slots. */
  readonly inHand: number;
}

export interface CapacityOptions {
  readonly registry: JobRegistry;
  /** Jobs that run at once. */
  readonly concurrency: number;
  /** Maximum number of claimed jobs that have not ended. Default: the concurrency plus 2,000. */
  readonly maxInHand?: number;
}

/** How far ahead work is claimed: claimed jobs should be started within this time. */
const HORIZON_MS = 500;
const SMOOTHING = 0.1;
/** A definition that says 0 although its limit stays 0 is not called in a loop. */
const SOONEST_MS = 20;

export function createCapacity({ registry, concurrency, maxInHand = concurrency + 2_000 }: CapacityOptions): Capacity {
  const types = new Map<string, number>();
  const queues = new Map<string, number>();
  let settings = new Map<string, { paused: boolean; concurrency: number | null }>();
  const waiting = new Set<{ readonly type: string; readonly call: () => void }>();
  let inHand = 0;
  let meanMs: number | null = null;

  const queueOf = (type: string): string => registry.get(type)?.queue ?? 'default';
  const own = new Set([...registry.values()].flatMap(({ type, ownSlots }) => (ownSlots ? [type] : [])));
  const hasOwnSlots = (type: string): boolean => own.size > 0 && own.has(type);
  const change = (type: string, by: number): void => {
    if (!hasOwnSlots(type)) inHand += by;
    types.set(type, (types.get(type) ?? 0) + by);
    queues.set(queueOf(type), (queues.get(queueOf(type)) ?? 0) + by);
  };

  const freeFor = (type: string): number => {
    const definition: Partial<AnyJob> = registry.get(type) ?? {};
    const byType =
      Math.min(definition.concurrency ?? Infinity, definition.limitNow?.() ?? Infinity) - (types.get(type) ?? 0);
    const byQueue = (settings.get(queueOf(type))?.concurrency ?? Infinity) - (queues.get(queueOf(type)) ?? 0);
    return Math.max(0, Math.min(byType, byQueue));
  };
  const isPaused = (type: string): boolean => settings.size > 0 && (settings.get(queueOf(type))?.paused ?? false);

  const serve = (): void => {
    for (const waiter of [...waiting]) {
      if (freeFor(waiter.type) === 0 || !waiting.delete(waiter)) continue;
      waiter.call();
    }
  };

  /** While durations are unknown: no more than can run. */
  const appetite = (): number => {
    if (meanMs === null) return concurrency;
    return Math.min(maxInHand, concurrency + Math.floor((concurrency * HORIZON_MS) / Math.max(meanMs, 0.1)));
  };

  return {
    room: (limit) => Math.max(0, Math.min(limit, appetite() - inHand)),
    hasOwnSlots,
    free: (type) => (isPaused(type) ? 0 : freeFor(type)),
    reserve(type, wanted) {
      if (isPaused(type)) return 0;
      const granted = Math.min(wanted, freeFor(type));
      change(type, granted);
      return granted;
    },
    giveBack(type, count) {
      change(type, -count);
      if (waiting.size > 0) serve();
    },
    whenRoom(type, call) {
      const waiter = { type, call };
      waiting.add(waiter);
      return () => void waiting.delete(waiter);
    },
    observe(type, durationMs) {
      if (hasOwnSlots(type)) return;
      meanMs = meanMs === null ? durationMs : meanMs + SMOOTHING * (durationMs - meanMs);
    },
    paused: isPaused,
    get opensInMs() {
      const closed = [...registry.values()].filter(({ limitNow }) => limitNow?.() === 0);
      const left = closed.flatMap((definition) => definition.limitOpensInMs?.() ?? []);
      return left.length === 0 ? null : Math.max(SOONEST_MS, Math.min(...left));
    },
    setQueues(rows) {
      settings = new Map(rows.map((row) => [row.name, { paused: row.paused, concurrency: row.concurrency }]));
      serve();
    },
    get inHand() {
      return inHand;
    },
  };
}
