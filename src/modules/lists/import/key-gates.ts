// Rate limits of the members API by key: a response applies to all requests with that key, in every instance.
import type { Clock } from '../../../base/clock.js';
import { sleep } from '../../../base/timing/sleep.js';
import type { Db } from '../../../scheduler/public.js';
import { blockKey } from '../db/attempts.js';
import { LONGEST_WAIT_MS } from '../names.js';

/** Thrown when waiting would only occupy a worker: the import continues after `delayMs`. */
export class PutOff extends Error {
  override readonly name = 'PutOff';
  constructor(readonly delayMs: number) {
    super(`the rate limit of the members API resets in ${Math.ceil(delayMs / 1_000)} s`);
  }
}

export interface KeyGates {
  /** Resolves when the key may be used. Throws PutOff if the wait is too long. */
  pass(workspaceId: string, signal: AbortSignal): Promise<void>;
  /** Blocks the key for this long. */
  block(workspaceId: string, waitMs: number): Promise<void>;
  /** The value in the database, which other instances may have written. */
  learn(workspaceId: string, blockedMs: number): void;
}

/** Shorter waits are not shared: other instances find them on their own. */
const WORTH_TELLING_MS = 250;

export function createKeyGates(db: Db, clock: Clock): KeyGates {
  const openAt = new Map<string, number>();
  const learn = (workspaceId: string, blockedMs: number): void => {
    if (blockedMs <= 0) return;
    const at = clock.monotonicMs() + blockedMs;
    if (at > (openAt.get(workspaceId) ?? 0)) openAt.set(workspaceId, at);
  };
  const leftOf = (workspaceId: string): number => (openAt.get(workspaceId) ?? 0) - clock.monotonicMs();
  return {
    async pass(workspaceId, signal) {
      for (let left = leftOf(workspaceId); left > 0; left = leftOf(workspaceId)) {
        if (left > LONGEST_WAIT_MS) throw new PutOff(left);
        await sleep(left, signal);
        signal.throwIfAborted();
      }
      openAt.delete(workspaceId);
    },
    async block(workspaceId, waitMs) {
      learn(workspaceId, waitMs);
      if (waitMs >= WORTH_TELLING_MS) await blockKey(db, workspaceId, waitMs);
    },
    learn,
  };
}
