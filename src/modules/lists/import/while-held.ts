// Ends an attempt that was cancelled, deleted or taken over even while it stores nothing, because a page may hang for a long time.
import { sleep } from '../../../base/timing/sleep.js';
import type { Db } from '../../../scheduler/public.js';
import { holdsFence, type Attempt } from '../db/attempts.js';

/** The reason for ending an attempt from outside; not an error. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

const LOOK_MS = 1_000;

/** Runs `work` with a signal that aborts with `signal`, or with Fenced once the attempt no longer has its list. */
export async function whileHeld<T>(
  db: Db,
  attempt: Attempt,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const fenced = new AbortController();
  const over = new AbortController();
  const look = async (): Promise<void> => {
    for (;;) {
      await sleep(LOOK_MS, over.signal);
      if (over.signal.aborted) return;
      // an unavailable database does not fence off an attempt
      if (!(await holdsFence(db, attempt).catch(() => true)))
        return fenced.abort(new Fenced('the list was taken away'));
    }
  };
  void look();
  try {
    return await work(AbortSignal.any([signal, fenced.signal]));
  } finally {
    over.abort();
  }
}
