// A subscription, a row of its ledger and a filter, as shown by the API.
import { z } from 'zod';
import type {
  Subscription,
  SubscriptionFilter,
  TimedLedgerEntry,
} from '../../../subscriptions/api/subscriptions-api.js';
import { PAYLOAD_NOTE, type ShowPayload } from '../../access/payloads.js';
import { given, isoOrNull, maybeTime, subscriptionId, time } from '../../kit/json.js';

const statusNames = z.enum(['pending', 'processing', 'completed', 'failed', 'suspended']);

export const subscriptionSchema = z
  .object({
    id: z.string(),
    user_id: z.string().nullable(),
    tenant_id: z.string().nullable(),
    active: z.boolean(),
    schedule: z.unknown(),
    paused_until: maybeTime,
    status: statusNames,
    next_run_at: maybeTime.meta({ description: 'Effective time: nominal time plus spread, or when its retry is due' }),
    last_run_at: maybeTime,
    scheduled_for: maybeTime.meta({ description: 'Nominal time of the current occurrence' }),
    attempt: z.number(),
    consecutive_failures: z.number().meta({ description: 'Dead occurrences in a row' }),
    error: z.string().nullable(),
    metadata: z.unknown().meta({ description: PAYLOAD_NOTE }),
    created_at: maybeTime,
    updated_at: maybeTime,
  })
  .meta({ id: 'Subscription' });

export const subscriptionJson = (
  subscription: Subscription,
  show: ShowPayload,
): z.input<typeof subscriptionSchema> => ({
  id: subscription.id,
  user_id: subscription.userId,
  tenant_id: subscription.tenantId,
  active: subscription.active,
  schedule: subscription.schedule,
  paused_until: isoOrNull(subscription.pausedUntil),
  status: subscription.status,
  next_run_at: isoOrNull(subscription.nextRunAt),
  last_run_at: isoOrNull(subscription.lastRunAt),
  scheduled_for: isoOrNull(subscription.scheduledFor),
  attempt: subscription.attempt,
  consecutive_failures: subscription.consecutiveFailures,
  error: subscription.error,
  metadata: show(subscription.metadata ?? null),
  created_at: isoOrNull(subscription.createdAt),
  updated_at: isoOrNull(subscription.updatedAt),
});

export const ledgerSchema = z
  .object({
    subscription_id: z.string(),
    scheduled_for: time,
    outcome: z.enum(['completed', 'dead', 'skipped', 'coalesced']),
    attempts: z.number(),
    started_at: maybeTime,
    finished_at: time,
    duration_ms: z.number().nullable(),
    error: z.string().nullable(),
    response_status: z.number().nullable(),
    run_id: z.string().nullable(),
    count: z.number().meta({ description: 'For a gap: the number of occurrences; counting stops at 1,000' }),
    last_scheduled_for: maybeTime,
    punctuality: z
      .enum(['on_time', 'late', 'retried', 'dead', 'skipped', 'coalesced'])
      .meta({ description: 'The outcome as the timeline has it: what completed, by when and how' }),
    lateness_ms: z.number().nullable().meta({ description: 'From when it was due to its begin; null: it did not run' }),
  })
  .meta({ id: 'LedgerEntry', description: 'One settled occurrence, or one row for a gap' });

export const ledgerJson = (entry: TimedLedgerEntry): z.input<typeof ledgerSchema> => ({
  subscription_id: entry.subscriptionId,
  scheduled_for: entry.scheduledFor.toISOString(),
  outcome: entry.outcome,
  attempts: entry.attempts,
  started_at: isoOrNull(entry.startedAt),
  finished_at: entry.finishedAt.toISOString(),
  duration_ms: entry.durationMs,
  error: entry.error,
  response_status: entry.responseStatus,
  run_id: entry.runId,
  count: entry.count,
  last_scheduled_for: isoOrNull(entry.lastScheduledFor),
  punctuality: entry.punctuality,
  lateness_ms: entry.latenessMs,
});

/** The id of a user or tenant, in the host's notation. */
export const ownerId = z.string().min(1).max(255);

/** The filter of a list or a bulk action; all given conditions must hold. */
export const filterFields = {
  status: statusNames.optional(),
  user_id: ownerId.optional(),
  tenant_id: ownerId.optional(),
  timezone: z.string().min(1).max(100).optional(),
  frequency: z.string().min(1).max(50).optional(),
};

export const idsField = { subscription_ids: z.array(subscriptionId).min(1).max(5_000).optional() };

export const searchField = {
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'How its id, its user or its tenant begins' }),
};

interface FilterJson {
  readonly subscription_ids?: string[] | undefined;
  readonly status?: SubscriptionFilter['status'] | undefined;
  readonly user_id?: string | undefined;
  readonly tenant_id?: string | undefined;
  readonly timezone?: string | undefined;
  readonly frequency?: string | undefined;
  readonly due?: boolean | undefined;
  readonly search?: string | undefined;
}

export const toFilter = (json: FilterJson): SubscriptionFilter =>
  given({
    subscriptionIds: json.subscription_ids,
    status: json.status,
    userId: json.user_id,
    tenantId: json.tenant_id,
    timezone: json.timezone,
    frequency: json.frequency,
    due: json.due,
    search: json.search,
  });
