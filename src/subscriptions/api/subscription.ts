// The types of a subscription and of the entries of its ledger.
import type { ScheduleJson } from '../../scheduler/schedule/index.js';

export type SubscriptionStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'suspended';

export interface Subscription {
  readonly id: string;
  readonly userId: string | null;
  readonly tenantId: string | null;
  readonly active: boolean;
  readonly schedule: ScheduleJson;
  readonly pausedUntil: Date | null;
  readonly status: SubscriptionStatus;
  /** Effective time: nominal time plus spread, or when its retry is due. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  /** The nominal time of the current occurrence (running or waiting for its retry). */
  readonly scheduledFor: Date | null;
  readonly attempt: number;
  readonly consecutiveFailures: number;
  readonly error: string | null;
  readonly metadata: unknown;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

export type LedgerOutcome = 'completed' | 'dead' | 'skipped' | 'coalesced';

/** One settled occurrence, or one row for a gap of skipped or coalesced ones. */
export interface LedgerEntry {
  readonly subscriptionId: string;
  readonly scheduledFor: Date;
  readonly outcome: LedgerOutcome;
  readonly attempts: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date;
  readonly durationMs: number | null;
  readonly error: string | null;
  readonly responseStatus: number | null;
  readonly runId: string | null;
  /** For `skipped` and `coalesced`: how many (counting stops at 1,000), from scheduledFor to lastScheduledFor. */
  readonly count: number;
  readonly lastScheduledFor: Date | null;
}
