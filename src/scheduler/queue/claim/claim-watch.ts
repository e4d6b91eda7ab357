// Tracks since when due work could not be claimed: a claim that waits for a lock, or keeps failing, is reported by health.
import type { Clock } from '../../../base/clock.js';

export interface ClaimWatch {
  /** A claim of due work begins. */
  begun(): void;
  /** A claim succeeded, or there is nothing to claim. */
  cleared(): void;
  /** Milliseconds since the first claim of due work after which none has succeeded; null: no problem. */
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
