// Notifications under `/api/jobs` for users, for as long as they are kept, which is longer than the queue keeps jobs.
import { z } from 'zod';
import type { Database, UserJobEntry, UserJobView } from '../../../scheduler/public.js';
import { isoOrNull, maybeTime, time, uuid } from '../../../routes/index.js';
import {
  countOwnNotifications,
  findOwnNotification,
  listOwnNotifications,
  type OwnNotification,
} from '../db/own-notifications.js';
import { attemptSchema } from './delivery-attempt.js';

const STATUSES = ['pending', 'processing', 'sent', 'failed', 'cancelled'] as const;
const METHODS = ['email', 'sms', 'whatsapp'] as const;

const jobSchema = z
  .object({
    id: uuid,
    type: z.string().meta({ description: '`notification.` and the delivery method' }),
    status: z.enum(STATUSES),
    delivery_method: z.enum(METHODS),
    notification_type: z.string(),
    category: z.string(),
    priority: z.enum(['urgent', 'high', 'normal', 'low']),
    scheduled_for: time.meta({ description: 'Not before; moved by quiet hours' }),
    processed_at: maybeTime.meta({ description: 'When it was sent, failed for good or was cancelled' }),
    processing_time_ms: z.number().nullable(),
    time_until_scheduled_ms: z.number(),
    retry_count: z.number(),
    message_id: z.string().nullable(),
    error: z.string().nullable().meta({ description: 'Why it was not sent' }),
    recipient_id: z.string().nullable(),
    group_id: z.string().nullable(),
    update_id: z.string().nullable(),
    batch_id: uuid.nullable(),
    created_at: time,
  })
  .meta({ id: 'NotificationJob' });

const detailSchema = z.object({
  job: jobSchema,
  recipient: z.object({ id: z.string(), name: z.string().nullable(), relationship: z.string().nullable() }).nullable(),
  delivery_logs: z.array(attemptSchema),
});

const jobJson = (row: OwnNotification): z.input<typeof jobSchema> => ({
  id: row.id,
  type: `notification.${row.delivery_method}`,
  status: row.status,
  delivery_method: row.delivery_method as (typeof METHODS)[number],
  notification_type: row.notification_type,
  category: row.category,
  priority: row.priority as 'normal',
  scheduled_for: row.scheduled_for.toISOString(),
  processed_at: isoOrNull(row.processed_at),
  processing_time_ms: row.processing_time_ms,
  time_until_scheduled_ms: Math.round(row.time_until_scheduled_ms),
  retry_count: row.retry_count,
  message_id: row.message_id,
  error: row.error,
  recipient_id: row.recipient_id,
  group_id: row.group_id,
  update_id: row.update_id,
  batch_id: row.batch_id,
  created_at: row.created_at.toISOString(),
});

const entryOf = (row: OwnNotification): UserJobEntry => ({ id: row.id, key: row.sortKey, job: jobJson(row) });

const RECENT = { sort: 'created_at', descending: true, after: null, offset: 0, limit: 10 } as const;
const HOUR_MS = 3_600_000;

export interface UserViewDeps {
  readonly db: Database;
  readonly now: () => Date;
  readonly breaker: () => 'closed' | 'half_open' | 'open';
}

export const notificationJobView = ({ db, now, breaker }: UserViewDeps): UserJobView => ({
  types: METHODS.map((method) => `notification.${method}`),
  schemas: { job: jobSchema, detail: detailSchema },
  breaker,
  async list(scope, query) {
    if (!isPossible(query.filter.status)) return { items: [], edge: null, truncated: false };
    const { rows, ...rest } = await listOwnNotifications(db, scope, query);
    return { items: rows.map(entryOf), ...rest };
  },
  async get(scope, id) {
    const found = await findOwnNotification(db, scope, id);
    if (found === undefined) return null;
    const { recipient, logs: delivery_logs } = found;
    return { status: found.status, body: { job: jobJson(found), recipient, delivery_logs } };
  },
  async count(scope, hours) {
    const counts = await countOwnNotifications(db, scope, hours);
    const { rows: failed } = await listOwnNotifications(db, scope, { ...RECENT, filter: { status: ['failed'] } });
    const since = new Date(now().getTime() - hours * HOUR_MS);
    const recentFailures = failed.filter(({ created_at }) => created_at >= since).map(entryOf);
    return { ...counts, recentFailures };
  },
});

/** Notifications do not have the statuses that only other jobs have. */
const isPossible = (statuses: readonly string[] | undefined): boolean =>
  statuses === undefined || statuses.some((one) => (STATUSES as readonly string[]).includes(one));
