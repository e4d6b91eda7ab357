// Rate limits of the members API, by key: what one response says holds for all requests with that key, in every instance.
import type { Clock } from '../../../base/clock.js';
import { sleep } from '../../../base/timing/sleep.js';
import type { Db } from '../../../scheduler/public.js';
import { blockedFor, blockKey } from '../db/attempts.js';

/** Thrown where waiting here would only hold a worker: the import goes on after `delayMs`. */
export class PutOff extends Error {
  override readonly name = 'PutOff';
  constructor(readonly delayMs: number) {
    super(`the rate limit of the members API resets in ${Math.ceil(delayMs / 1_000)} s`);
  }
}

export interface KeyGates {
  /** Reads what other instances have learned; before an attempt begins. */
  recall(workspaceId: string): Promise<void>;
  /** Returns when the key may be used. Throws PutOff where that is too long to wait for. */
  pass(workspaceId: string, signal: AbortSignal): Promise<void>;
  /** How long nothing uses the key. */
  block(workspaceId: string, waitMs: number): Promise<void>;
  /** What the database said, which other instances may have written. */
  learn(workspaceId: string, blockedMs: number): void;
}

const LONGEST_WAIT_MS = 15_000;
/** Others need not hear of shorter waits: they meet them on their own. */
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
    recall: async (workspaceId) => learn(workspaceId, await blockedFor(db, workspaceId)),
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
