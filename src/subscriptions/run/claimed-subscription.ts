// A claimed occurrence and its possible outcomes.
import type { ClaimedRow } from '../../db/subscriptions/claim/claimed-row.js';
import type { SettledOccurrence } from '../../db/subscriptions/settle/settle.js';
import type { Claimed } from '../../scheduler/contracts/source.js';
import type { Outcome } from '../../scheduler/contracts/outcome.js';
import type { CompiledSchedule } from '../../scheduler/schedule/index.js';
import type { NextOccurrence } from '../../scheduler/rows/index.js';

export interface ClaimedSubscription extends Claimed {
  readonly row: ClaimedRow;
  readonly compiled: CompiledSchedule;
  /** Nominal time of the occurrence that runs: the claimed one, or its replacement by the misfire plan. */
  readonly scheduledForMs: number;
  /** Occurrences folded into this one by its misfire policy. */
  readonly missedCount: number;
  /** True: a plan has been stored, and the nominal time remains even if the claim is released. */
  readonly planned: boolean;
  /** What comes after this occurrence; null: the schedule has ended. */
  readonly next: NextOccurrence | null;
  /** When it was claimed, by the monotonic clock: the database's time is derived from `row.nowMs`. */
  readonly claimedAtMonotonicMs: number;
}

export interface SubscriptionOutcome extends Outcome {
  /** What is written; null if the claim is released. */
  readonly settled: SettledOccurrence | null;
}
