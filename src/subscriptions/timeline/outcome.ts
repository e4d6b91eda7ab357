// Classifies the outcome of an occurrence: completed late or at a later attempt is distinguished from on time. Pure.
import { withSpread, type CompiledSchedule } from '../../scheduler/schedule/index.js';
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

/** An entry of the ledger with what came of it in time. */
export interface TimedLedgerEntry extends LedgerEntry {
  readonly punctuality: TimelineOutcome;
  /** From when it was due to its begin; null for what did not run. */
  readonly latenessMs: number | null;
}

export const timed = (entry: LedgerEntry, spreadMs: number): TimedLedgerEntry => ({
  ...entry,
  punctuality: outcomeOf(entry, spreadMs),
  latenessMs: latenessMs(entry, spreadMs),
});

/** How far the spread puts an occurrence behind its nominal time; milliseconds. */
export const spreadMsAt = (compiled: CompiledSchedule, subscriptionId: string, at: Date): number =>
  withSpread(compiled, subscriptionId, at.getTime()).effectiveMs - at.getTime();
