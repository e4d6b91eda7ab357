// The API of subscriptions: create, change, pause, list, their ledger, the forecast. Implemented by this folder.
import type { Actor, Page, PageQuery } from '../../scheduler/contracts/scheduler.js';
import type { SortColumn, SubscriptionSort } from '../../db/subscriptions/list/sorts.js';
import type { Timeline, TimelineQuery } from '../timeline/timeline.js';
import type { Why, WhyQuery } from '../why/known.js';
import type { ScheduleInput, SchedulePatch } from '../../scheduler/schedule/index.js';
import type { TimedLedgerEntry } from '../timeline/outcome.js';
import type { Subscription, SubscriptionStatus } from './subscription.js';

export type * from './subscription.js';
export type { NextOccurrence, PastOccurrence, Timeline, TimelineQuery } from '../timeline/timeline.js';
export type { TimedLedgerEntry, TimelineOutcome } from '../timeline/outcome.js';
export type { Why, WhyQuery, WhyReason, WhySurroundings, WhyTone } from '../why/known.js';

export interface CreateSubscription {
  /** With the type of the host's `user_id`. */
  readonly userId: string | number;
  readonly schedule?: ScheduleInput;
  readonly tenantId?: string | null;
  readonly active?: boolean;
  readonly metadata?: Record<string, unknown>;
}

export interface UpdateSubscription {
  /** The given fields replace those of the stored schedule; null removes one. */
  readonly schedule?: SchedulePatch;
  readonly tenantId?: string | null;
  readonly active?: boolean;
  readonly pausedUntil?: Date | null;
  readonly metadata?: Record<string, unknown>;
}

/** A filter of subscriptions; all given conditions must hold. */
export interface SubscriptionFilter {
  readonly subscriptionIds?: readonly string[];
  readonly status?: SubscriptionStatus;
  readonly userId?: string;
  readonly tenantId?: string;
  readonly timezone?: string;
  readonly frequency?: string;
  /** Only those that are due now. */
  readonly due?: boolean;
  /** How its id, its user or its tenant begins. */
  readonly search?: string;
}

export type { SortColumn, SubscriptionSort } from '../../db/subscriptions/list/sorts.js';

export interface SubscriptionQuery extends PageQuery, SubscriptionFilter {
  /**
   * Default: by id. By `next_run_at`, those that are paused, suspended or inactive come last. In a large table `created_at`,
   * `last_run_at` and `consecutive_failures` need an index of their own, unless a filter leaves the rows of one owner.
   */
  readonly sort?: SubscriptionSort;
}

/** Input of the main process: restricts the drain of a trigger. */
export interface ProcessSubscriptionsInput {
  readonly subscriptionIds?: readonly string[];
  readonly userId?: string;
  readonly tenantId?: string;
  readonly frequency?: string;
  readonly limit?: number;
  readonly dryRun?: boolean;
  /** An extra occurrence now for active ones that are not due; needs a filter; `next_run_at` does not change. */
  readonly force?: boolean;
  /** Instead of what is due: what failed in this run. Dead occurrences are retried, and pending retries are made now. */
  readonly failedInRun?: string;
  /** Instead of what is due: dead occurrences of any run since then are retried. */
  readonly deadSince?: Date;
}

export interface SubscriptionsStatus {
  readonly due: number;
  /** True: counting stopped there; there may be more. */
  readonly dueCapped: boolean;
  readonly processing: number;
  readonly failed: number;
  readonly failedCapped: boolean;
  readonly suspended: number;
  readonly suspendedCapped: boolean;
  readonly dead24h: number;
  readonly dead24hCapped: boolean;
  readonly nextDueAt: Date | null;
  readonly oldestDueAt: Date | null;
  /** Seconds that the oldest due row is late. */
  readonly lagS: number;
  /** When the counts were taken, if not just now. */
  readonly asOf: Date;
  /** Adopted rows that are ignored or could not be read, by kind of problem. */
  readonly irregular: Readonly<Record<string, number>>;
}

export interface ForecastBucket {
  readonly at: Date;
  readonly occurrences: number;
  /** Scaled up from a sample: the table is large. */
  readonly estimated: boolean;
}

export interface BulkOptions {
  readonly dryRun?: boolean;
  /** Called with the id of the audit entry, which shows the progress, before anything is changed. */
  readonly onRecorded?: (auditId: string) => void;
}

/** The number of rows that a bulk action changed, or would change. */
export interface BulkResult {
  readonly matched: number;
  readonly changed: number;
  readonly dryRun: boolean;
}

export interface SubscriptionsApi {
  /** First run at its next occurrence. Throws INVALID_INPUT with field paths. */
  create(input: CreateSubscription, by?: Actor): Promise<Subscription>;
  get(id: string): Promise<Subscription>;
  /** A changed schedule takes effect immediately. Throws SUBSCRIPTION_NOT_FOUND. */
  update(id: string, patch: UpdateSubscription, by?: Actor): Promise<Subscription>;
  /** Until a given time, or until resumed. Running work finishes. */
  pause(id: string, until: Date | null, by?: Actor): Promise<Subscription>;
  /** Ends a pause or a suspension; what was missed follows the misfire policy. */
  resume(id: string, by?: Actor): Promise<Subscription>;
  pauseMany(filter: SubscriptionFilter, options: BulkOptions & { until: Date | null }, by?: Actor): Promise<BulkResult>;
  resumeMany(filter: SubscriptionFilter, options: BulkOptions, by?: Actor): Promise<BulkResult>;
  list(query?: SubscriptionQuery): Promise<Page<Subscription>>;
  /** What a list with this filter can be sorted by at the present size of the table; `list` throws INVALID_INPUT for other columns. */
  sorts(query?: SubscriptionQuery): Promise<readonly SortColumn[]>;
  ledger(id: string, query?: PageQuery): Promise<Page<TimedLedgerEntry>>;
  /** Its past and next occurrences, by local day. Throws SUBSCRIPTION_NOT_FOUND. */
  timeline(id: string, query: TimelineQuery): Promise<Timeline>;
  /** Why it ran, will run or does not run, in sentences. Throws SUBSCRIPTION_NOT_FOUND. */
  why(id: string, query: WhyQuery): Promise<Why>;
  /**
   * How many occurrences fall due per bucket from now on. With a `timezone`, buckets begin at its full hours or days, starting with the
   * current one; without it, the first begins now.
   */
  forecast(options: { hours: number; bucketMinutes: number; timezone?: string }): Promise<readonly ForecastBucket[]>;
  status(): Promise<SubscriptionsStatus>;
}
