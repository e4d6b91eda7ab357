// The conditions by which triggers, lists and bulk actions filter subscriptions: a constant table, so that input is only used as a value.
import { prefixRanges, RANGE_TYPES, rangeEnd, type PrefixKind } from '../../search/prefix.js';

export interface Narrowing {
  readonly subscriptionIds?: readonly string[];
  readonly userId?: string;
  readonly tenantId?: string;
  readonly frequency?: string;
  readonly timezone?: string;
  readonly status?: string;
  /** Due at this time (null: now, by the database's clock), or not due. */
  readonly dueAt?: Date | null;
  readonly notDueAt?: Date | null;
  readonly search?: PrefixSearch;
}

/** The order in which a search returns matches: ids, then users, then tenants. */
export const SEARCH_COLUMNS = ['id', 'user_id', 'tenant_id'] as const;

export type SearchColumn = (typeof SEARCH_COLUMNS)[number];

/** How each column can be searched; null: not at all. */
export type SearchedKinds = Readonly<Record<SearchColumn, PrefixKind | null>>;

/** The subscription's id, user or tenant begins with this text. */
export interface PrefixSearch {
  readonly text: string;
  readonly kinds: SearchedKinds;
  /** Only matches in this column that do not also match in a previous column. */
  readonly by?: SearchColumn;
}

const isDue = (parameter: string): string =>
  `p.runnable AND (p.status::text IN ('pending', 'completed', 'failed') AND p.next_run_at <= coalesce(${parameter}::timestamptz, now())
                   OR p.status::text IN ('pending', 'failed') AND p.next_run_at IS NULL)`;

const CONDITIONS: Readonly<Record<keyof Omit<Narrowing, 'search'>, (parameter: string) => string>> = {
  subscriptionIds: ($) => `s.id IN (SELECT unnest(${$}::{schema}.{rows}_key[]))`,
  userId: ($) => `s.user_id OPERATOR(pg_catalog.=) ${$}`,
  tenantId: ($) => `s.tenant_id OPERATOR(pg_catalog.=) ${$}`,
  frequency: ($) => `coalesce(s.frequency::text, 'daily') = ${$}`,
  timezone: ($) => `s.timezone::text = ${$}`,
  status: ($) => `p.status::text = ${$}`,
  dueAt: ($) => `(${isDue($)})`,
  notDueAt: ($) => `(${isDue($)}) IS NOT TRUE`,
};

/** `AND …` for each condition given, over `subscriptions s` and `subscription_processing p`, and the values in order. */
export function narrowingSql(narrowing: Narrowing, firstParameter: number): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts: string[] = [];
  for (const key of Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]) {
    const value = narrowing[key];
    if (value === undefined) continue;
    parts.push(`AND ${CONDITIONS[key](`$${firstParameter + values.length}`)}`);
    values.push(value);
  }
  if (narrowing.search !== undefined) {
    const found = searchSql(narrowing.search, firstParameter + values.length);
    parts.push(found.sql);
    values.push(...found.values);
  }
  return { sql: parts.join(' '), values };
}

function searchSql({ text, kinds, by }: PrefixSearch, firstParameter: number): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const begins = (name: SearchColumn): string => {
    const { sql, values: more } = prefixSql(`s.${name}`, kinds[name], { text, first: firstParameter + values.length });
    values.push(...more);
    return `(${sql})`;
  };
  if (by === undefined) return { sql: `AND (${SEARCH_COLUMNS.map(begins).join(' OR ')})`, values };
  const before = SEARCH_COLUMNS.slice(0, SEARCH_COLUMNS.indexOf(by)).map((name) => `AND ${begins(name)} IS NOT TRUE`);
  return { sql: `AND ${begins(by)} ${before.join(' ')}`, values };
}

/** One condition for each range, so that an index can be used. */
function prefixSql(
  column: string,
  kind: PrefixKind | null,
  { text, first }: { text: string; first: number },
): { sql: string; values: unknown[] } {
  const ranges = kind && prefixRanges(kind, text);
  if (kind === null || ranges === null) return { sql: 'false', values: [] };
  const values: unknown[] = [];
  const parameter = (value: string): string => `$${first + values.push(value) - 1}::${RANGE_TYPES[kind]}`;
  const parts = ranges.from.map((from, n) => {
    const low = parameter(from);
    const to = ranges.to[n];
    if (to) return `${column} BETWEEN ${low} AND ${parameter(to)}`;
    return `${column} BETWEEN ${low} AND ${rangeEnd(low)} AND starts_with(${column}::text, ${low})`;
  });
  return { sql: parts.join(' OR '), values };
}
