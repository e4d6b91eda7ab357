// Conditions that a trigger, a list or a bulk action narrows subscriptions by: a constant table, so that input is only ever a value.
import { prefixRanges, RANGE_TYPES, rangeEnd, type PrefixKind } from '../../search/prefix.js';

export interface Narrowing {
  readonly subscriptionIds?: readonly string[];
  readonly userId?: string;
  readonly tenantId?: string;
  readonly frequency?: string;
  readonly timezone?: string;
  readonly status?: string;
  /** Due at that moment (null: now by the database's clock), or not. */
  readonly dueAt?: Date | null;
  readonly notDueAt?: Date | null;
  readonly search?: PrefixSearch;
}

/** Its id, its user or its tenant begins with this text. */
export interface PrefixSearch {
  readonly text: string;
  /** What each column can be searched as; null: not at all. */
  readonly kinds: Readonly<Record<'id' | 'user_id' | 'tenant_id', PrefixKind | null>>;
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
    const arms = searchArms(narrowing.search, firstParameter + values.length);
    parts.push(`AND (${['false', ...arms.sql].join(' OR ')})`);
    values.push(...arms.values);
  }
  return { sql: parts.join(' '), values };
}

/** One condition for each range of each column, so that each is read by an index of its own. */
function searchArms({ text, kinds }: PrefixSearch, firstParameter: number): { sql: string[]; values: unknown[] } {
  const values: unknown[] = [];
  const sql: string[] = [];
  const parameter = (value: string, type: string): string => {
    values.push(value);
    return `$${firstParameter + values.length - 1}::${type}`;
  };
  for (const [name, kind] of Object.entries(kinds)) {
    const ranges = kind && prefixRanges(kind, text);
    const column = `s.${name}`;
    ranges?.from.forEach((from, n) => {
      const low = parameter(from, RANGE_TYPES[kind as PrefixKind]);
      const to = ranges.to[n];
      if (to) sql.push(`${column} BETWEEN ${low} AND ${parameter(to, RANGE_TYPES[kind as PrefixKind])}`);
      else sql.push(`${column} BETWEEN ${low} AND ${rangeEnd(low)} AND starts_with(${column}::text, ${low})`);
    });
  }
  return { sql, values };
}
