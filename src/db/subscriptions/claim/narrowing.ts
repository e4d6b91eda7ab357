// Conditions that a trigger, a list or a bulk action narrows subscriptions by: a constant table, so that input is only ever a value.

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
}

const isDue = (parameter: string): string =>
  `p.runnable AND (p.status::text IN ('pending', 'completed', 'failed') AND p.next_run_at <= coalesce(${parameter}::timestamptz, now())
                   OR p.status::text IN ('pending', 'failed') AND p.next_run_at IS NULL)`;

const CONDITIONS: Readonly<Record<keyof Narrowing, (parameter: string) => string>> = {
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
  for (const key of Object.keys(CONDITIONS) as (keyof Narrowing)[]) {
    const value = narrowing[key];
    if (value === undefined) continue;
    parts.push(`AND ${CONDITIONS[key](`$${firstParameter + values.length}`)}`);
    values.push(value);
  }
  return { sql: parts.join(' '), values };
}
