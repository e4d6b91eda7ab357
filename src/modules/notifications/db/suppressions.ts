// The suppression list: addresses that nothing is sent to, for one category or for all (`*`).
import type { DeliveryMethod } from '../../../clients/notifier.js';
import type { Db } from '../../../scheduler/public.js';

export type SuppressionReason = 'unknown_address' | 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual';

export interface Suppression {
  readonly delivery_method: DeliveryMethod;
  /** As `normalAddress` writes it. */
  readonly address: string;
  readonly category: string;
  readonly reason: SuppressionReason;
  readonly detail: string | null;
  readonly source: string | null;
  readonly notification_id: string | null;
  readonly created_at: Date;
}

export type NewSuppression = Omit<Suppression, 'created_at'>;

const COLUMNS = 'delivery_method, address, category, reason, detail, source, notification_id, created_at';
type Row = Suppression & Record<string, unknown>;

/** Returns the new ones; the first reason is kept. */
export async function addSuppressions(db: Db, entries: readonly NewSuppression[]): Promise<readonly Suppression[]> {
  const { rows } = await db.query<Row>(
    `INSERT INTO {schema}.notification_suppressions (delivery_method, address, category, reason, detail, source, notification_id)
     SELECT delivery_method, address, category, reason, detail, source, notification_id
     FROM json_to_recordset($1::json) AS i (delivery_method text, address text, category text, reason text, detail text, source text,
       notification_id uuid)
     -- in a fixed order, so that two calls do not deadlock
     ORDER BY delivery_method, address, category
     ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
    [JSON.stringify(entries)],
  );
  return rows;
}

/** `category` null: all categories. Returns the removed ones. */
export async function removeSuppressions(
  db: Db,
  { method, address, category }: { method: DeliveryMethod; address: string; category: string | null },
): Promise<readonly Suppression[]> {
  const { rows } = await db.query<Row>(
    `DELETE FROM {schema}.notification_suppressions
     WHERE delivery_method = $1 AND address = $2 AND ($3::text IS NULL OR category = $3) RETURNING ${COLUMNS}`,
    [method, address, category],
  );
  return rows;
}

export async function findSuppression(
  db: Db,
  { delivery_method, address, category }: Pick<Suppression, 'delivery_method' | 'address' | 'category'>,
): Promise<Suppression | undefined> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM {schema}.notification_suppressions
     WHERE delivery_method = $1 AND address = $2 AND category = $3`,
    [delivery_method, address, category],
  );
  return rows[0];
}

export interface SuppressionFilter {
  readonly delivery_method?: DeliveryMethod;
  readonly reason?: SuppressionReason;
  readonly category?: string;
  readonly address?: string;
}

/** The position at which a page ended; the time with microseconds. */
export interface SuppressionMark {
  readonly at: string;
  readonly address: string;
  readonly method: string;
  readonly category: string;
}

export type ListedSuppression = Suppression & { readonly at: string };

/** One page, newest first. */
export async function listSuppressions(
  db: Db,
  filter: SuppressionFilter,
  page: { readonly limit: number; readonly after: SuppressionMark | null },
): Promise<readonly ListedSuppression[]> {
  const { after } = page;
  const { rows } = await db.query<ListedSuppression & Record<string, unknown>>(
    `SELECT ${COLUMNS}, created_at::text AS at FROM {schema}.notification_suppressions
     WHERE ($1::text IS NULL OR delivery_method = $1) AND ($2::text IS NULL OR reason = $2) AND ($3::text IS NULL OR category = $3)
       AND ($4::text IS NULL OR address = $4)
       AND ($5::timestamptz IS NULL OR (created_at, address, delivery_method, category) < ($5, $6, $7, $8))
     ORDER BY created_at DESC, address DESC, delivery_method DESC, category DESC LIMIT $9`,
    [
      ...[filter.delivery_method ?? null, filter.reason ?? null, filter.category ?? null, filter.address ?? null],
      ...[after?.at ?? null, after?.address ?? null, after?.method ?? null, after?.category ?? null, page.limit],
    ],
  );
  return rows;
}
