// Rows of the database as the API returns them.
import type { LedgerRow } from '../../../db/subscriptions/ledger/list.js';
import type { SubscriptionRow } from '../../../db/subscriptions/read/subscription-row.js';
import { scheduleToJson } from '../../../scheduler/schedule/index.js';
import type { ScheduleBook, StoredSchedule } from '../../schedules/stored-schedule.js';
import type { LedgerEntry, LedgerOutcome, Subscription, SubscriptionStatus } from '../subscriptions-api.js';

export const storedScheduleOf = (row: SubscriptionRow): StoredSchedule => ({
  frequency: row.frequency,
  timezone: row.timezone,
  schedule: row.schedule,
  anchorMs: row.anchor_ms,
});

/** An inactive adopted subscription has no processing row: it is shown as pending without a next run. */
export const toSubscription = (row: SubscriptionRow, schedules: ScheduleBook): Subscription => ({
  id: row.id,
  userId: row.user_id,
  tenantId: row.tenant_id,
  active: row.active === true,
  schedule: scheduleToJson(schedules.read(storedScheduleOf(row)).schedule),
  pausedUntil: row.paused_until,
  status: (row.status ?? 'pending') as SubscriptionStatus,
  nextRunAt: row.next_run_at,
  lastRunAt: row.last_run_at,
  scheduledFor: row.scheduled_for,
  attempt: row.attempt ?? 0,
  consecutiveFailures: row.consecutive_failures ?? 0,
  error: row.error,
  metadata: row.metadata ?? {},
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const toLedgerEntry = (row: LedgerRow): LedgerEntry => ({
  subscriptionId: row.subscription_id,
  scheduledFor: row.scheduled_for,
  outcome: row.outcome as LedgerOutcome,
  attempts: row.attempts,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  durationMs: row.duration_ms,
  error: row.error,
  responseStatus: row.response_status,
  runId: row.run_id,
  count: row.occurrences,
  lastScheduledFor: row.last_scheduled_for,
});
