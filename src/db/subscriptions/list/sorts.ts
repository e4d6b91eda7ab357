// The columns by which subscriptions can be sorted. Rows without a key come last in both directions; ties are in the order of their ids.
import type { Db } from '../../database.js';
import type { SearchColumn } from '../claim/narrowing.js';

export type SortColumn = 'next_run_at' | 'created_at' | 'last_run_at' | 'consecutive_failures' | 'user_id';
export type SubscriptionSort = SortColumn | `-${SortColumn}`;

export interface SortKey {
  readonly table: 'processing' | 'entities';
  /** The subscription's id in that table. */
  readonly id: 'p.subscription_id' | 's.id';
  readonly column: string;
  /** The condition for rows with a key. */
  readonly placed: string;
  /** The cast for a key from a cursor; `user_id` has the host's type. */
  readonly cast: string;
}

const ofProcessing = (column: SortColumn, type: string, placed = 'NOT p.superseded'): SortKey => ({
  ...{ table: 'processing', id: 'p.subscription_id', column: `p.${column}`, cast: `::${type}` },
  placed: `${placed} AND p.${column} IS NOT NULL`,
});

export const SORT_KEYS: Readonly<Record<SortColumn, SortKey>> = {
  // paused, suspended and inactive subscriptions do not run at the time in their row
  next_run_at: ofProcessing('next_run_at', 'timestamptz', 'p.runnable'),
  created_at: ofProcessing('created_at', 'timestamptz'),
  last_run_at: ofProcessing('last_run_at', 'timestamptz'),
  consecutive_failures: ofProcessing('consecutive_failures', 'integer'),
  user_id: { table: 'entities', id: 's.id', column: 's.user_id', cast: '', placed: 's.user_id IS NOT NULL' },
};

export interface SortOrder {
  readonly key: SortKey;
  readonly direction: 'ASC' | 'DESC';
  /** The comparison of a key with the previous one. */
  readonly beyond: '>' | '<';
}

export function orderOf(sort: SubscriptionSort): SortOrder {
  const descending = sort.startsWith('-');
  const key = SORT_KEYS[sort.replace(/^-/, '') as SortColumn];
  return descending ? { key, direction: 'DESC', beyond: '<' } : { key, direction: 'ASC', beyond: '>' };
}

export const searchOrder = (column: SearchColumn): SortOrder => ({
  key: { table: 'entities', id: 's.id', column: `s.${column}`, placed: `s.${column} IS NOT NULL`, cast: '' },
  ...{ direction: 'ASC', beyond: '>' },
});

export interface SortFacts {
  /** The quoted names of the two tables. */
  readonly processing: string;
  readonly entities: string;
  /** Size of the table of processing rows. */
  readonly bytes: number;
  /** Columns that some index of the table begins with. */
  readonly indexedProcessing: readonly string[];
  readonly indexedEntities: readonly string[];
  /** Subscriptions of the tenant that the filter names, counted up to MOST_COUNTED + 1; 0 if it names none. */
  readonly tenantRows: number;
}

export const MOST_COUNTED = 20_000;

const indexed = (table: string): string => `ARRAY(
  SELECT a.attname::text FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
   WHERE i.indrelid = ${table}::regclass AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree')`;

const FACTS = `
SELECT {processing_text} AS processing, {entities_text} AS entities, pg_relation_size({processing_text}::regclass)::float8 AS bytes,
       ${indexed('{processing_text}')} AS "indexedProcessing", ${indexed('{entities_text}')} AS "indexedEntities",
       (SELECT count(*)::int FROM (
          SELECT FROM {entities} s WHERE s.tenant_id OPERATOR(pg_catalog.=) $1 LIMIT ${MOST_COUNTED + 1}) AS counted) AS "tenantRows"`;

/** The facts that decide whether a sort is cheap. */
export async function readSortFacts(db: Db, tenantId: string | undefined): Promise<SortFacts> {
  const { rows } = await db.query<SortFacts & Record<string, unknown>>(FACTS, [tenantId ?? null]);
  return rows[0] as SortFacts;
}
