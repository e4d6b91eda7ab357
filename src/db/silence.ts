// Detects connections of a pool that have fallen silent, because the network drops packets without notice.
//
//   heard ──asked──▶ waiting ──answered──▶ heard          a statement is in progress, or not
//                       │
//                       └──cut──▶ gone; its backend is *left* until the server has ended it, and every connection that
//                                 last responded before that statement was sent is *suspect* from then on
import type pg from 'pg';
import { systemClock } from '../base/clock.js';

/** A backend to which we were directly connected, and a time at which it already existed (seconds since the epoch). */
export interface Backend {
  readonly pid: number;
  readonly seenS: number;
}

/** A statement that has waited for a long time. */
export interface Slow {
  readonly client: pg.PoolClient;
  /** Null behind a pooler, where the backend is not known. */
  readonly backend: Backend | null;
}

export interface Silence {
  /** A statement was sent. */
  asked(client: pg.PoolClient): void;
  /** The statement has completed or failed. */
  answered(client: pg.PoolClient): void;
  /** Records the backend of the connection; null behind a pooler. */
  know(client: pg.PoolClient, backend: Backend | null): void;
  /** True if it last responded before another connection sent a statement that never got a response. */
  isSuspect(client: pg.PoolClient): boolean;
  /** Statements that have waited for longer than `waitedMs`, and twice as long as when they were last returned. */
  slow(waitedMs: number): readonly Slow[];
  /** Gives up statements that have waited for longer than `waitedMs`: all, or those on `only`. Returns their connections. */
  giveUp(waitedMs: number, only?: ReadonlySet<pg.PoolClient>): readonly pg.PoolClient[];
  /** This connection ended without being closed properly. */
  lost(client: pg.PoolClient): void;
  /** This backend belonged to a connection, of the pool or not, that ended without being closed properly. */
  leftBehind(backend: Backend): void;
  /** Takes the backends of lost connections; each is returned once. */
  takeLeft(): readonly Backend[];
  /** Puts backends back, to be tried again. */
  putBack(left: readonly Backend[]): void;
  readonly hasLeft: boolean;
}

export function createSilence(): Silence {
  const waiting = new Map<pg.PoolClient, { readonly sinceMs: number; slowAfterMs: number }>();
  const heardMs = new WeakMap<pg.PoolClient, number>();
  const backends = new WeakMap<pg.PoolClient, Backend>();
  let left: Backend[] = [];
  /** Connections that last responded before this time may be silent too. */
  let suspectBeforeMs = -Infinity;

  const lost = (client: pg.PoolClient): void => {
    const backend = backends.get(client);
    backends.delete(client);
    if (backend) left.push(backend);
  };

  return {
    asked: (client) => void waiting.set(client, { sinceMs: systemClock.monotonicMs(), slowAfterMs: 0 }),
    answered: (client) => {
      waiting.delete(client);
      heardMs.set(client, systemClock.monotonicMs());
    },
    know: (client, backend) => void (backend && backends.set(client, backend)),
    isSuspect: (client) => (heardMs.get(client) ?? Infinity) < suspectBeforeMs,
    slow(waitedMs) {
      const now = systemClock.monotonicMs();
      const found: Slow[] = [];
      for (const [client, entry] of waiting) {
        const waited = now - entry.sinceMs;
        if (waited < Math.max(waitedMs, entry.slowAfterMs)) continue;
        entry.slowAfterMs = 2 * waited;
        found.push({ client, backend: backends.get(client) ?? null });
      }
      return found;
    },
    giveUp(waitedMs, only) {
      const before = systemClock.monotonicMs() - waitedMs;
      const silent = [...waiting].filter(
        ([client, { sinceMs }]) => sinceMs < before && (only === undefined || only.has(client)),
      );
      for (const [client, { sinceMs }] of silent) {
        suspectBeforeMs = Math.max(suspectBeforeMs, sinceMs);
        waiting.delete(client);
        lost(client);
      }
      return silent.map(([client]) => client);
    },
    lost,
    leftBehind: (backend) => void left.push(backend),
    takeLeft() {
      const taken = left;
      left = [];
      return taken;
    },
    putBack: (again) => void left.push(...again),
    get hasLeft() {
      return left.length > 0;
    },
  };
}
