// Reads subscriptions: one, or a page of them by keyset.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';
import { SUBSCRIPTION_COLUMNS, SUBSCRIPTION_TABLES, type SubscriptionRow } from './subscription-row.js';

const ONE = `SELECT ${SUBSCRIPTION_COLUMNS}, NULL AS sort_key FROM ${SUBSCRIPTION_TABLES} WHERE s.id = $1`;

/** Null when there is none. */
export async function findSubscription(db: Db, id: string): Promise<SubscriptionRow | null> {
  const { rows } = await db.query<SubscriptionRow & Record<string, unknown>>(ONE, [id]);
  return rows[0] ?? null;
}

const LOCK = `SELECT s.id FROM {entities} s WHERE s.id = $1 FOR NO KEY UPDATE`;

/** The same with its row locked until the transaction ends. */
export async function lockSubscription(db: Db, id: string): Promise<SubscriptionRow | null> {
  await db.query(LOCK, [id]);
  return findSubscription(db, id);
}

export interface SubscriptionPage {
  readonly narrowing: Narrowing;
  readonly sort: 'id' | 'next_run_at' | '-next_run_at' | 'created_at' | '-created_at';
  readonly limit: number;
  /** The last row of the page before; null for the first page. */
  readonly after: { readonly key: string | null; readonly id: string } | null;
}

interface Order {
  readonly key: string;
  /** Rows after the cursor: $2 its key, $3 its id. Rows without a key come last either way. */
  readonly after: string;
  readonly orderBy: string;
}

const byInstant = (column: string, comparison: '<' | '>', direction: 'ASC' | 'DESC'): Order => ({
  key: `${column}::text`,
  after: `AND ($3::{schema}.{rows}_key IS NULL
    OR CASE WHEN $2::timestamptz IS NULL THEN ${column} IS NULL AND s.id > $3::{schema}.{rows}_key
            ELSE ${column} ${comparison} $2::timestamptz OR ${column} IS NULL
              OR ${column} = $2::timestamptz AND s.id > $3::{schema}.{rows}_key END)`,
  orderBy: `${column} ${direction} NULLS LAST, s.id`,
});

const ORDERS: Readonly<Record<SubscriptionPage['sort'], Order>> = {
  id: {
    key: 'NULL',
    after: `AND ($3::{schema}.{rows}_key IS NULL OR s.id > $3::{schema}.{rows}_key) AND $2::text IS NULL`,
    orderBy: 's.id',
  },
  next_run_at: byInstant('p.next_run_at', '>', 'ASC'),
  '-next_run_at': byInstant('p.next_run_at', '<', 'DESC'),
  created_at: byInstant('p.created_at', '>', 'ASC'),
  '-created_at': byInstant('p.created_at', '<', 'DESC'),
};

/** One page, and one row more when there is a next one. */
export async function listSubscriptions(db: Db, page: SubscriptionPage): Promise<SubscriptionRow[]> {
  const { key, after, orderBy } = ORDERS[page.sort];
  const { sql, values } = narrowingSql(page.narrowing, 4);
  const text = `SELECT ${SUBSCRIPTION_COLUMNS}, ${key} AS sort_key FROM ${SUBSCRIPTION_TABLES}
    WHERE $1::int > 0 ${after} ${sql} ORDER BY ${orderBy} LIMIT $1`;
  const fixed = [page.limit + 1, page.after?.key ?? null, page.after?.id ?? null];
  const { rows } = await db.query<SubscriptionRow & Record<string, unknown>>(text, [...fixed, ...values]);
  return rows;
}
