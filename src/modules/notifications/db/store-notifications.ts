// Stores any number of notifications in one statement, in the caller's transaction.
import type { Db } from '../../../scheduler/public.js';
import type { DeliveryMethod, StoredNotification } from '../../../clients/notifier.js';

/** Sent as JSON, hence snake_case; omitted fields get their defaults. */
export interface NotificationRow {
  readonly id: string;
  readonly batch_id?: string;
  readonly delivery_method: DeliveryMethod;
  readonly notification_type: string;
  readonly category: string;
  readonly priority: 0 | 1 | 2 | 3;
  readonly user_id?: string;
  readonly workspace_id?: string;
  readonly recipient_id?: string;
  readonly group_id?: string;
  readonly update_id?: string;
  readonly to_address?: string;
  readonly to_name?: string;
  readonly subject?: string;
  readonly template_data?: unknown;
  readonly message_id: string;
  readonly unique_key?: string;
  /** ISO 8601. */
  readonly scheduled_for?: string;
}

/** The result for a row, with the owner taken from the recipient. */
export interface StoredRow {
  readonly id: string;
  readonly outcome: StoredNotification['outcome'];
  readonly user_id: string | null;
  readonly workspace_id: string | null;
}

type Placed = StoredRow & { readonly place: number };

/** One result for each row, in order. No job is enqueued. */
export async function storeNotifications(db: Db, rows: readonly NotificationRow[]): Promise<readonly StoredRow[]> {
  const { rows: stored } = await db.query<Placed & Record<string, unknown>>(
    'SELECT place::int, id::text, outcome, user_id, workspace_id FROM {schema}.store_notifications($1::json)',
    [JSON.stringify(rows)],
  );
  const results = new Map<number, StoredRow>(stored.map(({ place, ...row }) => [place - 1, row]));
  const refused = rows.flatMap(({ unique_key: key = '' }, index) => (results.has(index) ? [] : [{ index, key }]));
  const keys = refused.map(({ key }) => key);
  const holders = await findHolders(db, keys);
  for (const { index, key } of refused) results.set(index, holders.get(key) as StoredRow);
  return rows.map((_row, index) => results.get(index) as StoredRow);
}

/** A separate statement, which sees a holder that was committed while the first one waited for it. */
async function findHolders(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, StoredRow>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<StoredRow & { readonly key: string } & Record<string, unknown>>(
    `SELECT unique_key AS key, id::text, 'duplicate' AS outcome, user_id, workspace_id FROM {schema}.notifications
     WHERE unique_key = ANY ($1::text[])`,
    [keys],
  );
  return new Map(rows.map(({ key, ...row }) => [key, row]));
}

export interface BatchRow {
  readonly id: string;
  readonly notification_type: string;
  readonly user_id: string | null;
  readonly workspace_id: string | null;
  readonly template_data: unknown;
  readonly scheduled_for: Date | null;
}

/** Stored before its notifications, whose data is merged over the batch's. */
export async function insertBatch(db: Db, batch: BatchRow): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.notification_batches (id, notification_type, user_id, workspace_id, template_data, scheduled_for, accepted,
       duplicates, suppressed)
     VALUES ($1, $2, $3, $4, $5::jsonb, coalesce($6::timestamptz, now()), 0, 0, 0)`,
    [
      ...[batch.id, batch.notification_type, batch.user_id, batch.workspace_id],
      ...[JSON.stringify(batch.template_data), batch.scheduled_for],
    ],
  );
}

export interface BatchCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly suppressed: number;
}

export async function countBatch(db: Db, id: string, counts: BatchCounts): Promise<void> {
  await db.query(
    'UPDATE {schema}.notification_batches SET accepted = $2, duplicates = $3, suppressed = $4 WHERE id = $1',
    [id, counts.accepted, counts.duplicates, counts.suppressed],
  );
}

export interface BatchState extends BatchCounts {
  readonly id: string;
  readonly notification_type: string;
  readonly user_id: string | null;
  readonly workspace_id: string | null;
  readonly created_at: Date;
  readonly statuses: Readonly<Record<string, number>>;
}

export async function findBatch(db: Db, id: string): Promise<BatchState | undefined> {
  const { rows } = await db.query<BatchState & Record<string, unknown>>(
    `SELECT b.id, b.notification_type, b.user_id, b.workspace_id, b.created_at, b.accepted, b.duplicates, b.suppressed,
       (SELECT coalesce(json_object_agg(c.status, c.n), '{}')
        FROM (SELECT j.status, count(*) AS n FROM {schema}.notification_jobs j WHERE j.batch_id = b.id GROUP BY 1) c) AS statuses
     FROM {schema}.notification_batches b WHERE b.id = $1`,
    [id],
  );
  return rows[0];
}

/** Null: the notification is no longer kept, or gets its id at the first attempt. */
export async function findMessageId(db: Db, id: string): Promise<string | null> {
  const { rows } = await db.query<{ message_id: string | null }>(
    'SELECT message_id FROM {schema}.notifications WHERE id = $1',
    [id],
  );
  return rows[0]?.message_id ?? null;
}
