// How a run ended. Pure.
import { describeThrown } from '../../base/thrown.js';
import type { RunEnd } from '../../db/engine/queries/runs/runs.js';
import { storableText } from '../../base/to-json.js';

export interface RunFacts {
  /** The instance's life ended meanwhile, so the run no longer belongs to it. */
  readonly lost: boolean;
  /** The grace period of a stop was over and the run was aborted. */
  readonly forced: boolean;
  readonly cancelledBy: string | null;
  readonly closing: boolean;
  readonly thrown: { readonly error: unknown } | null;
  /** What the process returned. */
  readonly result: Readonly<Record<string, unknown>> | null;
}

/**
 * Null: the run is left unchanged, and a rescue abandons it so that its slot can be taken again. A process that knows better than the clock
 * whether work was left over says so with `stopped_early: 1 | 0` in its result.
 */
export function runEnd(facts: RunFacts): Omit<RunEnd, 'now'> | null {
  const { lost, forced, cancelledBy, closing, thrown, result } = facts;
  if (lost) return null;
  const said = result?.stopped_early;
  const stoppedEarly = said === undefined ? closing : Boolean(said);
  if (cancelledBy !== null) return { status: 'cancelled', error: `cancelled by ${cancelledBy}`, stoppedEarly };
  if (!thrown) return { status: 'completed', error: null, stoppedEarly };
  if (forced) return null;
  return { status: 'failed', error: messageOf(thrown.error), stoppedEarly };
}

const messageOf = (thrown: unknown): string => storableText(describeThrown(thrown).message, 2_000);
