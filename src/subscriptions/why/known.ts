// The facts from which a subscription is explained, and the resulting reasons.
import type { ProcessStatus } from '../../scheduler/contracts/scheduler.js';
import type { LedgerEntry, Subscription } from '../api/subscription.js';

/** The tone of a reason: good, odd, wrong, switched off, or still to come. */
export type WhyTone = 'good' | 'warn' | 'bad' | 'off' | 'waiting';

export interface WhyReason {
  /** Which kind of reason: `paused`, `next_run`. */
  readonly code: string;
  readonly tone: WhyTone;
  /** One sentence. */
  readonly text: string;
  /** What helps. */
  readonly hint: string | null;
  /** The time that it refers to. */
  readonly at: Date | null;
}

/** A change by hand. */
export interface KnownChange {
  readonly at: Date;
  readonly actor: string;
  /** `subscription.pause` and the like. */
  readonly action: string;
}

/** Conditions that affect every subscription. */
export interface WhySurroundings {
  /** The main process; null if it is not known. */
  readonly process: Pick<ProcessStatus, 'name' | 'enabled' | 'pausedUntil'> | null;
  /** Circuit breakers of receivers, as this instance sees them. */
  readonly breakers: readonly { readonly name: string; readonly state: string; readonly changedAt: Date }[];
}

export interface WhyQuery extends WhySurroundings {
  /** The sentences use local times of this zone; default: that of the subscription. */
  readonly zone?: string;
}

export interface Why {
  readonly asOf: Date;
  readonly zone: string;
  readonly reasons: readonly WhyReason[];
}

/** A run of all subscriptions in which attempts failed. */
export interface FailingRun {
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Attempts that ended, well or not. */
  readonly calls: number;
  /** How many failed with which code. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface Known extends WhySurroundings {
  readonly now: Date;
  /** The sentences use local times of this zone. */
  readonly zone: string;
  readonly subscription: Subscription;
  /** The spread delay of its occurrences, in milliseconds. */
  readonly spreadMsAt: (at: Date) => number;
  /** Newest first. */
  readonly ledger: readonly LedgerEntry[];
  /** Who is called; null: a function of the host. */
  readonly receiver: string | null;
  /** Those about the times at which this one was late, failed or waited; oldest first. */
  readonly failingRuns: readonly FailingRun[];
  /** Newest first. */
  readonly changes: readonly KnownChange[];
}

export const reason = (
  code: string,
  tone: WhyTone,
  text: string,
  { hint = null, at = null }: Partial<Pick<WhyReason, 'hint' | 'at'>> = {},
): WhyReason => ({ code, tone, text, hint, at });
