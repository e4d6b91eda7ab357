// Reads subscriptions: one, or a page of them by keyset.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';
import { orderOf, type SubscriptionSort } from '../list/sorts.js';
import { walkSorted, type SortedPage } from '../list/walk-sorted.js';
import { SUBSCRIPTION_COLUMNS, SUBSCRIPTION_TABLES, type SubscriptionRow } from './subscription-row.js';

const ONE = `SELECT ${SUBSCRIPTION_COLUMNS}, NULL AS sort_key FROM ${SUBSCRIPTION_TABLES} WHERE s.id = $1`;

/** Null: there is none. */
export async function findSubscription(db: Db, id: string): Promise<SubscriptionRow | null> {
  const { rows } = await db.query<SubscriptionRow & Record<string, unknown>>(ONE, [id]);
  return rows[0] ?? null;
}

const LOCK = `SELECT s.id FROM {entities} s WHERE s.id = $1 FOR NO KEY UPDATE`;

/** The same, with its row locked until the end of the transaction. */
export async function lockSubscription(db: Db, id: string): Promise<SubscriptionRow | null> {
  await db.query(LOCK, [id]);
  return findSubscription(db, id);
}

export interface SubscriptionPage {
  readonly narrowing: Narrowing;
  readonly sort: 'id' | SubscriptionSort;
  readonly limit: number;
  /** The last row of the previous page; null for the first page. */
  readonly after: { readonly key: string | null; readonly id: string } | null;
  /** null but under a test's clock. */
  readonly now: Date | null;
}

interface Order {
  readonly key: string;
  readonly orderBy: string;
  /** Rows after the cursor: $2 is its id, $3 its key if it has one. */
  readonly after: string;
}

const KEY = '{schema}.{rows}_key';

function orderFor({ sort, after }: Pick<SubscriptionPage, 'sort' | 'after'>): Order {
  const laterIds = after === null ? '' : `s.id > $2::${KEY}`;
  if (sort === 'id') return { key: 'NULL', orderBy: 's.id', after: laterIds };
  const { key, direction, beyond } = orderOf(sort);
  const value = `CASE WHEN ${key.placed} THEN ${key.column} END`;
  const given = `$3${key.cast}`;
  const later = `(${value} ${beyond} ${given} OR (${value}) IS NULL OR ${value} = ${given} AND ${laterIds})`;
  return {
    key: `(${value})::text`,
    orderBy: `${value} ${direction} NULLS LAST, s.id`,
    after: after === null ? '' : after.key === null ? `(${value}) IS NULL AND ${laterIds}` : later,
  };
}

/**
 * A condition implied by the state, so that a smaller index than that of the ids can be used: of what fails, or of what is due, since
 * what runs has been due. `now` is the parameter of the present.
 */
function implied({ status }: Narrowing, now: string): string {
  if (status === 'failed' || status === 'suspended') return 'AND p.failing_since IS NOT NULL';
  if (status !== 'processing') return '';
  return `AND p.runnable AND (p.next_run_at <= coalesce(${now}::timestamptz, now()) OR p.next_run_at IS NULL)`;
}

/** One page, and one more row if there is a next page. Sorts all rows that match the filter; see walkSorted for large tables. */
export async function listSubscriptions(db: Db, page: SubscriptionPage): Promise<SubscriptionRow[]> {
  const { narrowing, limit, after } = page;
  const { key, orderBy, after: later } = orderFor(page);
  const keyValues = after === null ? [] : after.key === null || page.sort === 'id' ? [after.id] : [after.id, after.key];
  const fixed = [limit + 1, ...keyValues];
  const { sql, values } = narrowingSql(narrowing, fixed.length + 1);
  const state = implied(narrowing, `$${fixed.length + values.length + 1}`);
  const text = `SELECT ${SUBSCRIPTION_COLUMNS}, ${key} AS sort_key FROM ${SUBSCRIPTION_TABLES}
    WHERE ${later || 'true'} ${sql} ${state} ORDER BY ${orderBy} LIMIT $1`;
  const now = narrowing.status === 'processing' ? [page.now] : [];
  const { rows } = await db.query<SubscriptionRow & Record<string, unknown>>(text, [...fixed, ...values, ...now]);
  return rows;
}

const MANY = `SELECT ${SUBSCRIPTION_COLUMNS}, NULL AS sort_key FROM ${SUBSCRIPTION_TABLES} WHERE s.id = ANY ($1::{schema}.{rows}_key[])`;

/** One page in the order of an index, and one more row if there is a next page. */
export async function listSorted(db: Db, page: SortedPage): Promise<SubscriptionRow[]> {
  const found = await walkSorted(db, page);
  const { rows } = await db.query<SubscriptionRow & Record<string, unknown>>(MANY, [found.map(({ id }) => id)]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ id, key }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ ...row, sort_key: key }];
  });
}
