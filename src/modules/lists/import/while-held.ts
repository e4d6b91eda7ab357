// Ends an attempt that was cancelled, deleted or taken over although it stores nothing just now: a page may hang for a long time.
import { sleep } from '../../../base/timing/sleep.js';
import type { Db } from '../../../scheduler/public.js';
import { holdsFence, type Attempt } from '../db/attempts.js';

/** Why an attempt was ended from outside; nothing is wrong with it. */
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
      // a database that is away fences nobody off
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
