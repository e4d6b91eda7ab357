// Loads notifications for the delivery job, with the current state of their recipients and of the suppression list: one statement for any
// number of them.
import type { Db } from '../../../scheduler/public.js';
import type { DeliveryMethod } from '../../../clients/notifier.js';

export interface LoadedNotification {
  readonly id: string;
  readonly status: 'pending' | 'sent' | 'failed' | 'cancelled';
  readonly delivery_method: DeliveryMethod;
  readonly notification_type: string;
  readonly category: string;
  readonly user_id: string | null;
  readonly workspace_id: string | null;
  readonly recipient_id: string | null;
  readonly group_id: string | null;
  readonly update_id: string | null;
  /** The given address, or else the recipient's address for this method; null: there is none. */
  readonly to_address: string | null;
  readonly to_name: string | null;
  readonly subject: string | null;
  /** The batch's data merged with the notification's own. */
  readonly template_data: Readonly<Record<string, unknown>>;
  readonly message_id: string | null;
  readonly attempts: number;
  readonly scheduled_for: Date;
  /** Null: none was given, or it has been deleted. */
  readonly recipient: LoadedRecipient | null;
  /** Why nothing may be sent to the address; null: it may. */
  readonly suppressed: string | null;
}

export interface LoadedRecipient {
  readonly timezone: string | null;
  /** As stored: the host may have written anything. */
  readonly quiet_hours: unknown;
  readonly muted_until: Date | null;
  readonly preferences: unknown;
}

/** `infinity` cannot be a Date: replaced by the largest one. Not `least`, which takes NULL for no value and returns the other. */
export const MUTED_UNTIL = `CASE WHEN r.muted_until > '9999-12-31Z' THEN '9999-12-31Z' ELSE r.muted_until END AS muted_until`;

interface Row extends Omit<LoadedNotification, 'recipient'>, Record<string, unknown> {
  readonly has_recipient: boolean;
  readonly timezone: string | null;
  readonly quiet_hours: unknown;
  readonly muted_until: Date | null;
  readonly preferences: unknown;
}

export async function loadNotifications(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LoadedNotification>> {
  const { rows } = await db.query<Row>(
    `SELECT n.id, n.status, n.delivery_method, n.notification_type, n.category, n.user_id, n.workspace_id, n.recipient_id, n.group_id,
       n.update_id, address.value AS to_address, coalesce(n.to_name, r.name) AS to_name, n.subject,
       coalesce(b.template_data, '{}') || n.template_data AS template_data, n.message_id, n.attempts, n.scheduled_for,
       r.id IS NOT NULL AS has_recipient, r.timezone::text AS timezone, r.quiet_hours, ${MUTED_UNTIL}, r.preferences,
       (SELECT s.reason FROM {schema}.notification_suppressions s
         WHERE s.delivery_method = n.delivery_method AND s.address = {schema}.address_key(n.delivery_method, address.value)
           AND s.category IN ('*', n.category)
         ORDER BY s.category LIMIT 1) AS suppressed
     FROM {schema}.notifications n
     LEFT JOIN {schema}.notification_batches b ON b.id = n.batch_id
     LEFT JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(n.recipient_id)
     CROSS JOIN LATERAL (SELECT coalesce(n.to_address, CASE n.delivery_method WHEN 'email' THEN r.email ELSE r.phone END) AS value)
       address
     WHERE n.id = ANY ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, toLoaded(row)]));
}

function toLoaded({ has_recipient, timezone, quiet_hours, muted_until, preferences, ...row }: Row): LoadedNotification {
  return { ...row, recipient: has_recipient ? { timezone, quiet_hours, muted_until, preferences } : null };
}
