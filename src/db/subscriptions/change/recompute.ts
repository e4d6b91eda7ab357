// Rows whose next run must be computed again: read without a lock, and written only if they have not changed meanwhile.
import type { Db } from '../../database.js';

/** Instants are milliseconds since 1970. */
export interface RecomputeRow {
  readonly subscriptionId: string;
  /** The version of the row that was read. */
  readonly version: string;
  readonly status: string;
  readonly attempt: number;
  readonly nextRunMs: number | null;
  readonly scheduledForMs: number | null;
  readonly resumeAtMs: number | null;
  readonly resumeForMs: number | null;
  readonly sinceMs: number | null;
  readonly anchorMs: number | null;
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
  readonly nowMs: number;
}

const ms = (instant: string): string => `(extract(epoch FROM ${instant}) * 1000::numeric)::float8`;

const SELECT = `
SELECT p.subscription_id::text AS "subscriptionId", p.xmin::text AS version, p.status, p.attempt,
       ${ms('p.next_run_at')} AS "nextRunMs", ${ms('p.scheduled_for')} AS "scheduledForMs",
       ${ms('p.resume_at')} AS "resumeAtMs", ${ms('p.resume_for')} AS "resumeForMs",
       ${ms('p.schedule_since')} AS "sinceMs", ${ms('p.anchor_at')} AS "anchorMs",
       s.frequency::text AS frequency, s.timezone, s.schedule::text AS schedule,
       ${ms('coalesce($1::timestamptz, now())')} AS "nowMs"
  FROM {processing} p JOIN {entities} s ON s.id = p.subscription_id`;

const STALE = `${SELECT} WHERE p.stale AND p.status::text <> 'processing' LIMIT $2`;

/** Up to `limit` rows whose schedule has changed and that are not being processed. */
export async function staleSubscriptions(db: Db, now: Date | null, limit: number): Promise<RecomputeRow[]> {
  const { rows } = await db.query<RecomputeRow>(STALE, [now, limit]);
  return rows;
}

const STALE_ONE = `${SELECT} WHERE p.subscription_id = $2 AND p.stale AND p.status::text <> 'processing'`;

/** The same for one subscription. */
export async function staleSubscription(db: Db, now: Date | null, id: string): Promise<RecomputeRow[]> {
  const { rows } = await db.query<RecomputeRow>(STALE_ONE, [now, id]);
  return rows;
}

const SCHEDULED = `${SELECT}
 WHERE ($3::{schema}.{rows}_key IS NULL OR p.subscription_id > $3::{schema}.{rows}_key)
   AND NOT p.superseded AND p.next_run_at IS NOT NULL
 ORDER BY p.subscription_id LIMIT $2`;

/** All rows with a next run, in batches by key, for a new version of the time zone database. */
export async function scheduledSubscriptionsAfter(
  db: Db,
  page: { readonly now: Date | null; readonly limit: number; readonly afterId: string | null },
): Promise<RecomputeRow[]> {
  const { rows } = await db.query<RecomputeRow>(SCHEDULED, [page.now, page.limit, page.afterId]);
  return rows;
}

/** The new values of a recomputed row. */
export interface RecomputedRow {
  readonly subscriptionId: string;
  readonly version: string;
  readonly nextRunMs: number | null;
  readonly scheduledForMs: number | null;
  readonly resumeAtMs: number | null;
  readonly resumeForMs: number | null;
}

// Written only if it differs: a Date has no microseconds, and unchanged values must stay exactly as they were.
const keep = (column: string, wanted: string): string => `
  ${column} = CASE WHEN ${ms(`p.${column}`)} IS NOT DISTINCT FROM o.${wanted} THEN p.${column}
                   WHEN o.${wanted} = 'infinity' THEN 'infinity' ELSE to_timestamp(o.${wanted} / 1000::float8) END`;

const WRITE = `
UPDATE {processing} p SET stale = false,
  -- the schedule has ended: pending or failed without a next run would be due at once
  status = CASE WHEN o.next_run IS NULL AND p.next_run_at IS NOT NULL AND p.status::text IN ('pending', 'failed')
                THEN 'completed' ELSE p.status END,
  ${['next_run_at:next_run', 'scheduled_for:scheduled_for', 'resume_at:resume_at', 'resume_for:resume_for']
    .map((pair) => pair.split(':') as [string, string])
    .map(([column, wanted]) => keep(column, wanted))
    .join(',')},
  updated_at = coalesce($7::timestamptz, now())
 FROM unnest($1::{schema}.{rows}_key[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::float8[])
   AS o (subscription_id, version, next_run, scheduled_for, resume_at, resume_for)
WHERE p.subscription_id = o.subscription_id AND p.xmin::text = o.version`;

/** Returns how many were written. A row that has changed since it was read is left for the next call. */
export async function writeRecomputed(db: Db, rows: readonly RecomputedRow[], now: Date | null): Promise<number> {
  if (rows.length === 0) return 0;
  const column = <K extends keyof RecomputedRow>(key: K): RecomputedRow[K][] => rows.map((row) => row[key]);
  const { rowCount } = await db.query(WRITE, [
    column('subscriptionId'),
    column('version'),
    column('nextRunMs'),
    column('scheduledForMs'),
    column('resumeAtMs'),
    column('resumeForMs'),
    now,
  ]);
  return rowCount ?? 0;
}

const SINCE = `UPDATE {processing} SET schedule_since = $2 WHERE subscription_id = $1 AND stale`;

/** Sets the time of a schedule change by a test's clock; the trigger knows only the database's clock. */
export async function dateScheduleChange(db: Db, id: string, at: Date): Promise<void> {
  await db.query(SINCE, [id, at]);
}
