// The time of this browser as a signal: relative times follow it, and it rests while nobody looks.
import { signal } from '@preact/signals';

const TICK_MS = 5_000;

/** The present, epoch ms. */
export const readClock = (): number => Date.now();

/** The present in steps of some seconds, for what is shown. */
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
