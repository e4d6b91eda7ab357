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

export function markWord(entry: Entry): string {
  const mark = markOf(entry);
  if (mark === 'completed') return 'on time';
  if (mark === 'late') return `${duration(latenessMs(entry))} late`;
  if (mark === 'retried') return `at attempt ${entry.attempts}`;
  return entry.count > 1 ? `${count(entry.count, mark, mark)}` : mark;
}
