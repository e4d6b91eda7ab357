// Since when work that is due could not be claimed: a claim that waits for a lock, or fails again and again, is told on the health page.
import type { Clock } from '../../../base/clock.js';

export interface ClaimWatch {
  /** A claim of due work begins. */
  begun(): void;
  /** A claim came through, or there is nothing to claim. */
  cleared(): void;
  /** Milliseconds since the first claim of due work that none has come through after; null: all is well. */
  readonly stalledMs: number | null;
}

export function createClaimWatch(clock: Clock): ClaimWatch {
  let sinceMs: number | null = null;
  return {
    begun: () => void (sinceMs ??= clock.monotonicMs()),
    cleared: () => void (sinceMs = null),
    get stalledMs() {
      return sinceMs === null ? null : clock.monotonicMs() - sinceMs;
    },
  };
}
