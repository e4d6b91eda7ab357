// Batches calls: those that arrive while a statement is running share the next one.
import { sleep } from '../../../base/timing/sleep.js';

/** Maximum number in one statement. */
const MOST = 500;

/**
 * Calls `work` with what has gathered within `gatherMs`, and again when that is done: mails are done one by one, and a moment's wait
 * makes one statement of many. Each call gets its own result; when `work` rejects, so do the calls that it was made for.
 */
export function batched<T, R>(
  gatherMs: number,
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: { item: T; resolve: (result: R) => void; reject: (error: unknown) => void }[] = [];
  let busy = false;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await sleep(gatherMs);
      const calls = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      try {
        const results = await work(calls.map(({ item }) => item));
        calls.forEach(({ resolve }, index) => resolve(results[index] as R));
      } catch (error) {
        calls.forEach(({ reject }) => reject(error));
      }
    }
    busy = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (busy) return;
      busy = true;
      void run();
    });
}
