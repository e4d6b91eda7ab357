// A client that polls the readiness of this server is a load balancer, which sends requests until it has learned that the server is
// draining. The listener therefore keeps accepting until such a client has been told, however late it polls.
import type { Clock } from '../base/clock.js';

export interface ReadinessLooks {
  /** A poll arrived. `drains`: the response was that the server is draining. */
  seen(drains: boolean): void;
  /** Resolves when the load balancer has been told often enough, or stops polling; at once if none is polling. */
  informed(): Promise<void>;
}

/** One response may be lost, or not be enough for a load balancer. */
const ENOUGH = 2;
/** Delay of a poll that is tolerated on a busy machine. */
const WAIT_MS = 5_000;
/** A client is still polling if its last poll is not much older than its interval. */
const LATE_MS = 1_000;

/** Whether a client polls often enough to wait for two more polls. Pure. */
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
