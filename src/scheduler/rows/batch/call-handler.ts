// Calls the handler of a batch: with a time limit, in its transaction only, and with one outcome for each occurrence.
import { SchedulerError } from '../../../base/errors.js';
import { abortOf, linkSignals } from '../../../base/timing/linked-signal.js';
import { startTimer } from '../../../base/timing/long-timer.js';
import type { Db } from '../../../db/database.js';
import type { RowOccurrence } from '../contract/row-occurrence.js';
import type { BatchOutcome } from '../plan/decide-row.js';
import { borrowTx } from './borrowed-tx.js';

export type BatchHandler = (
  tx: Db,
  occurrences: readonly RowOccurrence[],
  signal: AbortSignal,
) => Promise<readonly BatchOutcome[] | void>;

export interface CallOptions {
  readonly timeoutMs: number;
  /** Aborts when the run must end now. */
  readonly signal: AbortSignal;
}

const OUTCOMES = new Set(['completed', 'skipped', 'failed', 'enqueued']);

/** Rejects with what the handler threw, at its time-out, and if the result is not a list of outcomes. */
export async function callHandler(
  handler: BatchHandler,
  tx: Db,
  occurrences: readonly RowOccurrence[],
  { timeoutMs, signal }: CallOptions,
): Promise<readonly BatchOutcome[]> {
  if (occurrences.length === 0) return [];
  const linked = linkSignals(signal);
  const borrowed = borrowTx(tx);
  const late = new Error(`the handler has not returned within ${timeoutMs} ms`);
  const timer = startTimer(() => linked.abort(late), timeoutMs);
  try {
    const cut = abortOf(linked.signal).then(() => Promise.reject(linked.signal.reason as Error));
    const working = Promise.resolve().then(() => handler(borrowed.tx, occurrences, linked.signal));
    return checked(await Promise.race([working, cut]), occurrences.length);
  } finally {
    timer.stop();
    borrowed.end();
    linked.unlink();
  }
}

function checked(outcomes: readonly BatchOutcome[] | void, wanted: number): readonly BatchOutcome[] {
  if (outcomes === undefined) return new Array<BatchOutcome>(wanted).fill('completed');
  if (!Array.isArray(outcomes) || outcomes.length !== wanted) {
    const got = Array.isArray(outcomes) ? `${outcomes.length}` : 'no list of';
    throw refused(`returned ${got} outcomes for ${wanted} occurrences: one for each, in their order, or nothing`);
  }
  for (const one of outcomes as readonly BatchOutcome[]) checkOne(one);
  return outcomes as readonly BatchOutcome[];
}

function checkOne(given: BatchOutcome): void {
  const outcome = typeof given === 'string' ? given : (given as { outcome?: unknown } | null)?.outcome;
  if (typeof outcome !== 'string' || !OUTCOMES.has(outcome)) {
    throw refused(`returned an outcome that is none: ${String(outcome)}`);
  }
  const next = typeof given === 'object' && 'next' in given ? given.next : undefined;
  if (next !== undefined && next !== null && Number.isNaN(new Date(next).getTime())) {
    throw refused('returned an outcome whose "next" is not an instant');
  }
}

const refused = (message: string): SchedulerError => new SchedulerError('INVALID_INPUT', `the handler ${message}`);
