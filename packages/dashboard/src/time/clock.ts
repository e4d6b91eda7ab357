// The current time as a signal, used by relative times. It pauses while the page is hidden.
import { signal } from '@preact/signals';

const TICK_MS = 5_000;

/** The current time, epoch ms. */
export const readClock = (): number => Date.now();

/** The current time, updated every few seconds, for display. */
export const now = signal(readClock());

/** The present itself, read whenever `now` moves: what happened since its last step is not in the future. */
export const present = (): number => Math.max(now.value, readClock());

/** Moves `now` while the page is visible. */
export function startClock(): void {
  const tick = (): void => {
    if (!document.hidden) now.value = readClock();
  };
  setInterval(tick, TICK_MS);
  document.addEventListener('visibilitychange', tick);
}
