// Waiting for long work over HTTP: never longer than was said, nor for a caller who is gone.
import { linkSignals } from '../../base/timing/linked-signal.js';
import { sleep } from '../../base/timing/sleep.js';

/** What the work comes to, or null when `waitMs` milliseconds are over or `signal` aborts; the work goes on. */
export async function within<T>(work: Promise<T>, waitMs: number, signal: AbortSignal): Promise<T | null> {
  work.catch(() => {}); // when nothing waits any more: the work itself has logged it
  if (waitMs === 0) return null;
  const over = linkSignals(signal);
  const wait = sleep(waitMs, over.signal).then(() => null);
  return Promise.race([work, wait]).finally(() => {
    over.unlink();
    over.abort(new Error('the wait is over'));
  });
}
