// Changes to subscriptions through our API; the triggers handle them like those of the host.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';

export interface SubscriptionChange {
  readonly active: boolean;
  readonly tenantId: string | null;
  readonly pausedUntil: Date | null;
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
}

const UPDATE = `
UPDATE {entities} SET active = $2, tenant_id = $3, paused_until = $4, frequency = $5, timezone = $6, schedule = $7::jsonb
 WHERE id = $1`;

export async function updateSubscription(db: Db, id: string, change: SubscriptionChange): Promise<void> {
  const { active, tenantId, pausedUntil, frequency, timezone, schedule } = change;
  await db.query(UPDATE, [id, active, tenantId, pausedUntil, frequency, timezone, schedule]);
}

const METADATA = `
UPDATE {processing} SET metadata = $2::jsonb, updated_at = coalesce($3::timestamptz, now())
 WHERE subscription_id = $1 AND NOT superseded`;

export async function updateMetadata(db: Db, id: string, metadata: string, now: Date | null): Promise<void> {
  await db.query(METADATA, [id, metadata, now]);
}

// A subscription without a next run had ended when it was suspended: it becomes completed, so that it is not due at once.
const UNSUSPEND = `
UPDATE {processing} p SET
  status = CASE WHEN p.next_run_at IS NULL THEN 'completed' ELSE 'pending' END,
  consecutive_failures = 0, failing_since = NULL, failed_in = NULL, attempt = 0, updated_at = coalesce($2::timestamptz, now())
 WHERE p.subscription_id IN (SELECT unnest($1::{schema}.{rows}_key[])) AND p.status::text = 'suspended' AND NOT p.superseded`;

/** Ends suspensions; returns their number. */
export async function unsuspend(db: Db, ids: readonly string[], now: Date | null): Promise<number> {
  const { rowCount } = await db.query(UNSUSPEND, [ids, now]);
  return rowCount ?? 0;
}

const SET_PAUSE = `
UPDATE {entities} s SET paused_until = $2
 WHERE s.id IN (SELECT unnest($1::{schema}.{rows}_key[])) AND s.paused_until IS DISTINCT FROM $2`;

/** Sets pauses, or ends them (null); returns the number of changed subscriptions. */
export async function setPausedUntil(db: Db, ids: readonly string[], until: Date | null): Promise<number> {
  const { rowCount } = await db.query(SET_PAUSE, [ids, until]);
  return rowCount ?? 0;
}

const FROM = `FROM {entities} s JOIN {processing} p ON p.subscription_id = s.id AND NOT p.superseded`;

/** The subscriptions that a bulk action changes: `pausing` those without the same pause, `resuming` those that are paused or suspended. */
const AFFECTED = {
  pausing: 's.paused_until IS DISTINCT FROM $3::timestamptz',
  resuming: `(s.paused_until IS NOT NULL OR p.status::text = 'suspended') AND $3::timestamptz IS NULL`,
} as const;

export interface BulkScope {
  readonly narrowing: Narrowing;
  readonly action: keyof typeof AFFECTED;
  /** The end of the pause; null when resuming. */
  readonly until: Date | null;
}

/** Ids that the action would change, in batches by key. */
export async function affectedIds(
  db: Db,
  { narrowing, action, until }: BulkScope,
  page: { readonly limit: number; readonly afterId: string | null },
): Promise<string[]> {
  const { sql, values } = narrowingSql(narrowing, 4);
  const { rows } = await db.query<{ id: string }>(
    `SELECT s.id::text AS id ${FROM}
      WHERE ($2::{schema}.{rows}_key IS NULL OR s.id > $2::{schema}.{rows}_key) AND ${AFFECTED[action]} ${sql}
      ORDER BY s.id LIMIT $1`,
    [page.limit, page.afterId, until, ...values],
  );
  return rows.map(({ id }) => id);
}

/** How many subscriptions match the filter, and how many of them the action would change. */
export async function countAffected(
  db: Db,
  { narrowing, action, until }: BulkScope,
): Promise<{ matched: number; affected: number }> {
  const { sql, values } = narrowingSql(narrowing, 4);
  const { rows } = await db.query<{ matched: number; affected: number }>(
    `SELECT count(*)::int AS matched, count(*) FILTER (WHERE ${AFFECTED[action]})::int AS affected ${FROM}
      WHERE $1::int IS NULL AND $2::int IS NULL ${sql}`,
    [null, null, until, ...values],
  );
  return rows[0] ?? { matched: 0, affected: 0 };
}
