// Finds subscriptions, users and tenants by a prefix of their id. The host's columns may have different types; each is searched with its
// own index.
import type { Db } from '../../database.js';
import {
  distinctByPrefix,
  inRange,
  prefixKindOf,
  prefixRanges,
  RANGE_TYPES,
  type PrefixKind,
} from '../../search/prefix.js';
import type { SearchColumn, SearchedKinds } from '../claim/narrowing.js';

const COLUMNS = `
SELECT a.attname::text AS name, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL) AS type
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attrelid = {entities_text}::regclass AND a.attname IN ('id', 'user_id', 'tenant_id') AND NOT a.attisdropped`;

async function readSearchedKinds(db: Db): Promise<SearchedKinds> {
  const { rows } = await db.query<{ name: SearchColumn; type: string }>(COLUMNS);
  const kindOf = (column: SearchColumn): PrefixKind | null =>
    prefixKindOf(rows.find(({ name }) => name === column)?.type ?? '');
  return { id: kindOf('id'), user_id: kindOf('user_id'), tenant_id: kindOf('tenant_id') };
}

/** Returns how the columns can be searched. Read once, because the types of the host's columns do not change while it runs. */
export function createKindsReader(db: Db): () => Promise<SearchedKinds> {
  let kinds: Promise<SearchedKinds> | undefined;
  return () => {
    kinds ??= readSearchedKinds(db);
    kinds.catch(() => (kinds = undefined));
    return kinds;
  };
}

export interface FoundSubscription {
  readonly id: string;
  readonly user_id: string | null;
  readonly tenant_id: string | null;
}

const byId = (kind: PrefixKind): string => `
SELECT f.* FROM unnest($1::${RANGE_TYPES[kind]}[], $2::${RANGE_TYPES[kind]}[]) AS r (lo, hi) CROSS JOIN LATERAL (
  SELECT s.id::text AS id, s.user_id::text AS user_id, s.tenant_id FROM {entities} s
   WHERE ${inRange('s.id', kind)} ORDER BY s.id LIMIT $3) f
 LIMIT $3`;

/** In the order of the ids; shorter numbers first. */
export async function searchSubscriptions(
  db: Db,
  kind: PrefixKind | null,
  text: string,
  limit: number,
): Promise<readonly FoundSubscription[]> {
  const ranges = kind && prefixRanges(kind, text);
  if (kind === null || ranges === null) return [];
  const values = [ranges.from, ranges.to, limit];
  const { rows } = await db.query<FoundSubscription & Record<string, unknown>>(byId(kind), values);
  return rows;
}

/** Users or tenants that have a subscription. */
export async function searchOwners(
  db: Db,
  column: 'user_id' | 'tenant_id',
  kind: PrefixKind | null,
  { text, limit }: { text: string; limit: number },
): Promise<readonly string[]> {
  const ranges = kind && prefixRanges(kind, text);
  if (kind === null || ranges === null) return [];
  const sql = distinctByPrefix({ table: '{entities} s', column: `s.${column}`, kind }, ['$1', '$2', '$3']);
  const { rows } = await db.query<{ value: string }>(sql, [ranges.from, ranges.to, limit]);
  return rows.map(({ value }) => value);
}
