// Who asks again and again whether this server is ready is a balancer that sends requests here until it has heard that it drains. So
// the listener goes on accepting until such a one has been told, however late it comes to ask.
import type { Clock } from '../base/clock.js';

export interface ReadinessLooks {
  /** Someone asked. `drains`: the response was that the server drains. */
  seen(drains: boolean): void;
  /** Resolves when a balancer has been told often enough, or does not come any more; at once where none looks. */
  informed(): Promise<void>;
}

/** One response may be lost, or not be enough for a balancer. */
const ENOUGH = 2;
/** A balancer on a busy machine may be late by this much. */
const WAIT_MS = 5_000;
/** Looks are going on if the last one is not much older than the time between two. */
const LATE_MS = 1_000;

/** Whether someone looks so often that waiting for two more looks is worth it. Pure. */
export const isWatched = ({ sinceLastMs, everyMs }: { sinceLastMs: number; everyMs: number }): boolean =>
  everyMs * ENOUGH <= WAIT_MS && sinceLastMs <= 3 * everyMs + LATE_MS;

export function createReadinessLooks(clock: Clock): ReadinessLooks {
  let lastMs = -Infinity;
  let everyMs = Infinity;
  let told = 0;
  let tell = (): void => {};

  const waitForLooks = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, WAIT_MS);
      tell = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    seen(drains) {
      const now = clock.monotonicMs();
      [everyMs, lastMs] = [now - lastMs, now];
      if (!drains) return;
      told += 1;
      if (told >= ENOUGH) tell();
    },
    informed() {
      const sinceLastMs = clock.monotonicMs() - lastMs;
      return told >= ENOUGH || !isWatched({ sinceLastMs, everyMs }) ? Promise.resolve() : waitForLooks();
    },
  };
}
