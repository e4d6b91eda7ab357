// A wait that ends early when its signal does.
import { startTimer } from './long-timer.js';

/** Resolves after `ms`, or at once when the signal aborts. Never rejects: the caller checks the signal. */
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
