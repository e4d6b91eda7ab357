// A clock that moves only when a test sets it.
import type { Clock } from '../../base/clock.js';

export interface ManualClock extends Clock {
  /** Sets the time, which may also go back. */
  set(to: Date): void;
  advance(ms: number): void;
}

/** Starts at `start`. Pass it to the code under test instead of the process's own clock. */
export function createManualClock(start: Date): ManualClock {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    set: (to) => {
      nowMs = to.getTime();
    },
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
