// How the outcome of an occurrence is marked: what completed late or at a later attempt is not the same as on time. Pure.
import type { Schemas } from '../../api/client.js';
import { count, duration } from '../../time/format.js';

type Entry = Schemas['LedgerEntry'];

const ON_TIME_MS = 60_000;

/** From its scheduled time to the start of the attempt that settled it. */
export const latenessMs = ({ started_at: started, finished_at: finished, scheduled_for: at }: Entry): number =>
  Date.parse(started ?? finished) - Date.parse(at);

/** A name that `Status` knows. */
export function markOf(entry: Entry): string {
  if (entry.outcome !== 'completed') return entry.outcome;
  if (entry.attempts > 1) return 'retried';
  return latenessMs(entry) > ON_TIME_MS ? 'late' : 'completed';
}

interface Outcome {
  readonly outcome: string;
  readonly lateness_ms: number | null;
  readonly attempts: number;
  readonly count: number;
}

export function outcomeWord({ outcome, lateness_ms: latenessMs, attempts, count: n }: Outcome): string {
  if (outcome === 'on_time') return 'on time';
  if (outcome === 'late') return `${duration(latenessMs ?? 0)} late`;
  if (outcome === 'retried') return `at attempt ${attempts}`;
  return n > 1 ? count(n, outcome, outcome) : outcome;
}

export const markWord = (entry: Entry): string => {
  const mark = markOf(entry);
  const outcome = mark === 'completed' ? 'on_time' : mark;
  return outcomeWord({ outcome, lateness_ms: latenessMs(entry), attempts: entry.attempts, count: entry.count });
};
