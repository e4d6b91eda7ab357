// A clock that moves only when a test says so.
import type { Clock } from '../../base/clock.js';

export interface ManualClock extends Clock {
  /** Sets the time; it may go back, too. */
  set(to: Date): void;
  advance(ms: number): void;
}

/** Starts at `start`. Give it to what is tested in the place of the process's own clock. */
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
