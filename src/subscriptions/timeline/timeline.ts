// A subscription by local day: the outcome of each past occurrence, and the next ones by its schedule. Pure.
import {
  clockChangesBetween,
  localTime,
  previewCompiled,
  withSpread,
  type ClockChange,
  type CompiledSchedule,
  type PreviewEntry,
} from '../../scheduler/schedule/index.js';
import type { LedgerEntry, Subscription } from '../api/subscription.js';
import { latenessMs, outcomeOf, spreadMsAt, type TimelineOutcome } from './outcome.js';

export interface PastOccurrence {
  readonly scheduledFor: Date;
  /** Wall clock in the zone of the subscription, `YYYY-MM-DDTHH:MM:SS`. */
  readonly local: string;
  readonly utcOffset: string;
  readonly outcome: TimelineOutcome;
  readonly attempts: number;
  /** For a gap: the number of occurrences; counting stops at 1,000. */
  readonly count: number;
  readonly lastScheduledFor: Date | null;
  /** From when it was due to its start; null if it did not run. */
  readonly latenessMs: number | null;
  readonly finishedAt: Date;
  readonly error: string | null;
  readonly runId: string | null;
}

export interface NextOccurrence extends PreviewEntry {
  /** Nominal time plus spread. */
  readonly dueAt: Date | null;
  /** It will not run then in the current state: the subscription is paused, suspended or not active. */
  readonly paused: boolean;
}

export interface Timeline {
  readonly zone: string;
  /** Oldest first. */
  readonly past: readonly PastOccurrence[];
  readonly next: readonly NextOccurrence[];
  /** Clock changes within the period shown. */
  readonly clockChanges: readonly ClockChange[];
  /** True: older ones in the requested period are left out. */
  readonly truncated: boolean;
}

export interface TimelineQuery {
  /** Local days before today, 1 to 366. */
  readonly pastDays: number;
  /** Number of next occurrences, 0 to 100. */
  readonly next: number;
}

export interface TimelineInput {
  readonly subscription: Subscription;
  readonly compiled: CompiledSchedule;
  /** Newest first. */
  readonly ledger: readonly LedgerEntry[];
  readonly truncated: boolean;
  readonly fromMs: number;
  readonly now: Date;
  /** Number of next occurrences. */
  readonly next: number;
}

function pastOf(entry: LedgerEntry, { compiled, subscription }: TimelineInput): PastOccurrence {
  const nominalMs = entry.scheduledFor.getTime();
  const spreadMs = spreadMsAt(compiled, subscription.id, entry.scheduledFor);
  const { scheduledFor, attempts, count, lastScheduledFor, finishedAt, error, runId } = entry;
  return {
    ...localTime(compiled.schedule.timezone, nominalMs),
    ...{ scheduledFor, attempts, count, lastScheduledFor, finishedAt, error, runId },
    outcome: outcomeOf(entry, spreadMs),
    latenessMs: latenessMs(entry, spreadMs),
  };
}

function isPausedAt({ active, status, pausedUntil }: Subscription, at: Date): boolean {
  return !active || status === 'suspended' || (pausedUntil !== null && at < pausedUntil);
}

function nextOf(entry: PreviewEntry, { subscription, compiled }: TimelineInput): NextOccurrence {
  if (entry.at === null) return { ...entry, dueAt: null, paused: false };
  const dueAt = new Date(withSpread(compiled, subscription.id, entry.at.getTime()).effectiveMs);
  return { ...entry, dueAt, paused: isPausedAt(subscription, dueAt) };
}

export function timelineOf(input: TimelineInput): Timeline {
  const { compiled, ledger, truncated, fromMs, now, next: count } = input;
  const next = count === 0 ? [] : previewCompiled(compiled, now.getTime(), count);
  const lastMs = next.at(-1)?.at?.getTime() ?? now.getTime();
  return {
    zone: compiled.schedule.timezone,
    past: [...ledger].reverse().map((entry) => pastOf(entry, input)),
    next: next.map((entry) => nextOf(entry, input)),
    clockChanges: clockChangesBetween(compiled.zone, fromMs, Math.max(lastMs, now.getTime()) + 1),
    truncated,
  };
}
