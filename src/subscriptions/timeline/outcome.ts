// Classifies the outcome of an occurrence: completed late or at a later attempt is distinguished from on time. Pure.
import type { LedgerEntry } from '../api/subscription.js';

export type TimelineOutcome = 'on_time' | 'late' | 'retried' | 'dead' | 'skipped' | 'coalesced';

/** An occurrence that starts within this time after it was due is on time. */
export const ON_TIME_MS = 60_000;

/**
 * From when it was due (nominal time plus spread) to the start of the attempt that settled it; null if it did not run. Milliseconds.
 */
export function latenessMs(
  { outcome, scheduledFor, startedAt, finishedAt }: LedgerEntry,
  spreadMs: number,
): number | null {
  if (outcome === 'skipped' || outcome === 'coalesced') return null;
  return Math.max(0, (startedAt ?? finishedAt).getTime() - scheduledFor.getTime() - spreadMs);
}

export function outcomeOf(entry: LedgerEntry, spreadMs: number): TimelineOutcome {
  if (entry.outcome !== 'completed') return entry.outcome;
  if (entry.attempts > 1) return 'retried';
  return (latenessMs(entry, spreadMs) ?? 0) > ON_TIME_MS ? 'late' : 'on_time';
}
