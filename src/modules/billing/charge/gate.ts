// Limits calls to the payment provider: many at once, until it reports overload.
import type { Clock } from '../../../base/clock.js';
import { sleep } from '../../../base/timing/sleep.js';

export interface Gate {
  /** The current limit. */
  limit(): number;
  /** Resolves when the next request may be sent, or when `signal` aborts. */
  pass(signal: AbortSignal): Promise<void>;
  /** The provider reported overload: all calls wait, and fewer run at once. `attempt` counts from 0. */
  hold(retryAfterMs: number | null, attempt: number): void;
  /** A response has arrived. */
  ease(): void;
}

const FIRST_MS = 1_000;
const MOST_MS = 32_000;

export function createGate(max: number, clock: Clock, random: () => number = Math.random): Gate {
  let limit = max;
  let heldUntilMs = 0;
  return {
    limit: () => Math.max(1, Math.floor(limit)),
    pass: async (signal) => {
      for (let waitMs = 1; waitMs > 0 && !signal.aborted;) {
        waitMs = heldUntilMs - clock.monotonicMs();
        if (waitMs > 0) await sleep(waitMs, signal);
      }
    },
    hold: (retryAfterMs, attempt) => {
      const backOffMs = Math.min(FIRST_MS * 2 ** attempt, MOST_MS);
      const waitMs = retryAfterMs ?? backOffMs;
      const until = clock.monotonicMs() + waitMs * (1 + random() / 4);
      // of several overload responses at the same moment, one is enough
      if (heldUntilMs <= clock.monotonicMs()) limit = Math.max(1, limit / 2);
      heldUntilMs = Math.max(heldUntilMs, until);
    },
    ease: () => void (limit = Math.min(max, limit + 1 / limit)),
  };
}
