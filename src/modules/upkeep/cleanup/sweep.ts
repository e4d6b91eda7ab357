// Cleans one table in batches with pauses; batches that take too long are made smaller.
import type { Clock } from '../../../base/clock.js';
import { sleep } from '../../../base/timing/sleep.js';
import type { Database } from '../../../scheduler/public.js';
import { cleanBatch, tookTooLong, type OldRows } from '../db/old-rows.js';

export interface Sweep {
  readonly table: OldRows['table'];
  cleaned: number;
  /** Cleans a batch and pauses. Returns the number of rows, and whether there may be more. Rejects if that is not possible. */
  step(signal: AbortSignal): Promise<{ readonly cleaned: number; readonly more: boolean }>;
}

const BATCH = 1_000;
/** A pause is this share of the time that the batch took, so that a busy database gets longer ones. */
const PAUSE_SHARE = 0.25;
const SHORTEST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 1_000;
/** After a batch that took too long. */
const TROUBLE_PAUSE_MS = 500;
/** Number of consecutive slow batches after which the table is left to the next pass. */
const MOST_TROUBLES = 12;

/** Pure. In milliseconds. */
export const pauseAfter = (tookMs: number): number =>
  Math.min(Math.max(tookMs * PAUSE_SHARE, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);

export function createSweep(deps: { readonly db: Database; readonly clock: Clock }, old: OldRows): Sweep {
  const { db, clock } = deps;
  let since: string | null = null;
  let most = BATCH;
  let troubles = 0;

  const sweep: Sweep = {
    table: old.table,
    cleaned: 0,
    async step(signal) {
      const beganMs = clock.monotonicMs();
      const batch = await cleanBatch(db, old, { since, most }).catch((error: unknown) => {
        troubles += 1;
        if (!tookTooLong(error) || troubles >= MOST_TROUBLES) throw error;
        return null;
      });
      if (batch === null) {
        most = Math.max(1, most >> 1);
        await sleep(TROUBLE_PAUSE_MS, signal);
        return { cleaned: 0, more: true };
      }
      const more = batch.picked === most;
      troubles = 0;
      since = batch.until ?? since;
      most = Math.min(BATCH, most * 2);
      sweep.cleaned += batch.cleaned;
      if (more) await sleep(pauseAfter(clock.monotonicMs() - beganMs), signal);
      return { cleaned: batch.cleaned, more };
    },
  };
  return sweep;
}
