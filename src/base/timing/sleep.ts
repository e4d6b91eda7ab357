// A wait that ends early when its signal does.
import { startTimer } from './long-timer.js';

/** Resolves after `ms`, of any length, or at once when the signal aborts; it never rejects, the caller looks at the signal. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      timer.stop();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = startTimer(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
