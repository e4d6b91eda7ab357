// One life of an instance: a presence lock, its row, and the locks of the exclusive processes that it runs.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type pg from 'pg';
import { SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { OwnDatabase } from '../../db/database.js';
import { insertInstance } from '../../db/engine/queries/instances/instances.js';
import { releaseProcessLock, takePresenceKey, tryProcessLock } from '../../db/engine/queries/instances/locks.js';
import { openSession } from './session.js';

export interface Presence {
  /** A new id for each life. */
  readonly instanceId: string;
  /** Aborts when this life is over: connection lost, declared dead, forced stop. */
  readonly signal: AbortSignal;
  /** Takes the lock of an exclusive process; false: it is held, here or elsewhere. Throws LOST_INSTANCE. */
  lock(lockId: number): Promise<boolean>;
  unlock(lockId: number): Promise<void>;
  /** Ends this life: running work is aborted and the locks are released. */
  lose(reason: Error): void;
  /** Releases the presence lock after a clean drain. */
  leave(): Promise<void>;
}

export interface PresenceOptions {
  readonly database: OwnDatabase;
  readonly direct: () => pg.ClientConfig;
  readonly version: string;
  readonly logger: Logger;
  /** Called once, when this life ends otherwise than by `leave`. */
  readonly onLost: (presence: Presence, reason: Error) => void;
}

/** Joins: lock first, then the row, always under a new id. Rejects if the database cannot be reached or is unsuitable. */
export async function join(options: PresenceOptions): Promise<Presence> {
  const { database, logger, onLost } = options;
  const session = await openSession({ config: options.direct(), schema: database.schema, logger });
  session.lost.addEventListener('abort', () => database.leftBehind(session.backend), { once: true });
  const life = new AbortController();
  const held = new Set<number>();
  const instanceId = randomUUID();

  const presence: Presence = {
    instanceId,
    signal: life.signal,
    lock: async (lockId) => {
      // the server would grant it to this session a second time
      if (held.has(lockId) || life.signal.aborted) return false;
      held.add(lockId);
      let taken = false;
      try {
        taken = await tryProcessLock(session.db, lockId);
        return taken;
      } catch (cause) {
        throw new SchedulerError('LOST_INSTANCE', 'the dedicated connection was lost', {}, { cause });
      } finally {
        if (!taken) held.delete(lockId);
      }
    },
    unlock: async (lockId) => {
      if (!held.has(lockId)) return;
      await releaseProcessLock(session.db, lockId).catch(() => {}); // a lost session has no locks
      held.delete(lockId);
    },
    lose: (reason) => {
      if (life.signal.aborted) return;
      life.abort(reason);
      void session.close();
      onLost(presence, reason);
    },
    leave: async () => {
      life.abort(new Error('stopped'));
      await session.close();
    },
  };

  try {
    const presenceKey = await takePresenceKey(session.db);
    const identity = { id: instanceId, hostname: hostname(), pid: process.pid, version: options.version, presenceKey };
    await insertInstance(database, identity);
    session.lost.throwIfAborted(); // this life ended before it began: nothing listens for its end yet
  } catch (error) {
    await session.close();
    throw error;
  }
  session.lost.addEventListener('abort', () => presence.lose(session.lost.reason as Error), { once: true });
  return presence;
}
