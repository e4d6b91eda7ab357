// Waiting for long-running work over HTTP: never longer than the limit, and not for a caller that has disconnected.
import { linkSignals } from '../../../base/timing/linked-signal.js';
import { sleep } from '../../../base/timing/sleep.js';

/** The result of the work, or null if `waitMs` milliseconds pass or `signal` aborts; the work continues. */
export async function within<T>(work: Promise<T>, waitMs: number, signal: AbortSignal): Promise<T | null> {
  work.catch(() => {}); // when nobody is waiting any more: the work itself has logged it
  if (waitMs === 0) return null;
  const over = linkSignals(signal);
  const wait = sleep(waitMs, over.signal).then(() => null);
  return Promise.race([work, wait]).finally(() => {
    over.unlink();
    over.abort(new Error('the wait is over'));
  });
}
