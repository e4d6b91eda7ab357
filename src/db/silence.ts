// Connections that may have fallen silent: which wait for an answer, which are suspect because others were found silent, and which
// backends were left behind by cutting a connection. A network that swallows packets tells nobody.
import type pg from 'pg';
import { systemClock } from '../base/clock.js';

/** A backend that we were directly connected to, and a moment at which it was there already (seconds since the epoch). */
export interface Backend {
  readonly pid: number;
  readonly seenS: number;
}

export interface Silence {
  /** A statement was sent. */
  asked(client: pg.PoolClient): void;
  /** It was answered, or failed. */
  answered(client: pg.PoolClient): void;
  /** Which backend answers on it; null behind a pooler, where nobody knows. */
  know(client: pg.PoolClient, backend: Backend | null): void;
  /** It was last heard of before a statement was sent elsewhere that was never answered. */
  isSuspect(client: pg.PoolClient): boolean;
  /** Backends on which a statement has waited for longer than `waitedMs`. */
  slow(waitedMs: number): readonly Backend[];
  /** Cuts the connections on which a statement has waited for longer, all or those of `only`. Returns how many. */
  cut(waitedMs: number, only?: ReadonlySet<number>): number;
  /** Backends of cut connections, each once. */
  takeLeft(): readonly Backend[];
  /** To be tried again. */
  putBack(left: readonly Backend[]): void;
}

export function createSilence(): Silence {
  const waiting = new Map<pg.PoolClient, number>();
  const heardMs = new WeakMap<pg.PoolClient, number>();
  const backends = new WeakMap<pg.PoolClient, Backend>();
  let left: Backend[] = [];
  /** What was last heard before this may be silent too. */
  let suspectBeforeMs = -Infinity;

  const waitingLonger = (waitedMs: number): readonly (readonly [pg.PoolClient, number])[] => {
    const before = systemClock.monotonicMs() - waitedMs;
    return [...waiting].filter(([, since]) => since < before);
  };

  return {
    asked: (client) => void waiting.set(client, systemClock.monotonicMs()),
    answered: (client) => {
      waiting.delete(client);
      heardMs.set(client, systemClock.monotonicMs());
    },
    know: (client, backend) => void (backend && backends.set(client, backend)),
    isSuspect: (client) => (heardMs.get(client) ?? Infinity) < suspectBeforeMs,
    slow: (waitedMs) => waitingLonger(waitedMs).flatMap(([client]) => backends.get(client) ?? []),
    cut(waitedMs, only) {
      const silent = waitingLonger(waitedMs).filter(
        ([client]) => only === undefined || only.has(backends.get(client)?.pid ?? -1),
      );
      for (const [client, sinceMs] of silent) {
        suspectBeforeMs = Math.max(suspectBeforeMs, sinceMs);
        const backend = backends.get(client);
        if (backend) left.push(backend);
        destroyConnection(client);
      }
      return silent.length;
    },
    takeLeft() {
      const taken = left;
      left = [];
      return taken;
    },
    putBack: (again) => void left.push(...again),
  };
}

/** Cuts the socket: whoever waits on it is told at once. */
export function destroyConnection(client: pg.ClientBase): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
