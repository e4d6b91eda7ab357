// The mark and label for the outcome of an occurrence. Pure.
import type { Schemas } from '../../api/client.js';
import { count, duration } from '../../time/format.js';

type Entry = Schemas['LedgerEntry'];

/** A status name that `Status` knows. */
export const markOf = ({ punctuality }: Entry): string => (punctuality === 'on_time' ? 'completed' : punctuality);

interface Outcome {
  readonly outcome: string;
  readonly lateness_ms: number | null;
  readonly attempts: number;
  readonly count: number;
}

export function outcomeWord({ outcome, lateness_ms: latenessMs, attempts, count: n }: Outcome): string {
  if (outcome === 'on_time') return 'on time';
  if (outcome === 'late') return `${duration(latenessMs ?? 0)} late`;
  if (outcome === 'retried') return `on attempt ${attempts}`;
  return n > 1 ? count(n, outcome, outcome) : outcome;
}

export const markWord = ({ punctuality: outcome, ...entry }: Entry): string => outcomeWord({ ...entry, outcome });
