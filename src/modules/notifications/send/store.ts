// Stores notifications and the jobs that will send them, in one transaction.
import type { DeliveryMethod, NotificationPriority, StoredNotification } from '../../../clients/notifier.js';
import type { Db, ModuleHost, NewJob } from '../../../scheduler/public.js';
import { storeNotifications, type NotificationRow, type StoredRow } from '../db/store-notifications.js';

const PRIORITY_NAMES: readonly NotificationPriority[] = ['urgent', 'high', 'normal', 'low'];

/** The job type of each delivery method. */
export const jobTypeOf = (method: DeliveryMethod): string => `notification.${method}`;

/** One result for each row, in order. The jobs have the ids of their notifications. */
export async function storeWithJobs(
  host: Pick<ModuleHost, 'enqueueMany'>,
  tx: Db,
  rows: readonly NotificationRow[],
): Promise<readonly StoredNotification[]> {
  if (rows.length === 0) return [];
  const stored = await storeNotifications(tx, rows);
  const jobs = rows.flatMap((row, index): NewJob[] => {
    const { outcome, ...owner } = stored[index] as StoredRow;
    return outcome === 'queued' ? [jobOf(row, owner)] : [];
  });
  await host.enqueueMany(jobs, { db: tx });
  return rows.map(({ id, message_id }, index) => {
    const { id: holder, outcome } = stored[index] as StoredRow;
    return { id: holder, messageId: holder === id ? message_id : message_id.replace(id, holder), outcome };
  });
}

/** The payload is only for display and filters: the contents are read at delivery. */
const jobOf = (row: NotificationRow, { user_id, workspace_id }: Omit<StoredRow, 'outcome'>): NewJob => ({
  job: jobTypeOf(row.delivery_method),
  payload: {
    ...{ notification_type: row.notification_type, delivery_method: row.delivery_method },
    recipient_id: row.recipient_id ?? null,
  },
  options: {
    id: row.id,
    priority: PRIORITY_NAMES[row.priority],
    runAt: row.scheduled_for === undefined ? undefined : new Date(row.scheduled_for),
    ...{ userId: user_id ?? undefined, workspaceId: workspace_id ?? undefined, groupId: row.group_id },
    // a caller that sends ten thousand at once must not delay others
    tenantId: workspace_id ?? user_id ?? undefined,
  },
});
