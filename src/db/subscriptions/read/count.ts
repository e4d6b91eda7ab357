// Counts of subscriptions: capped ones for the status, exact ones for dry runs.
import type { Db } from '../../database.js';
import { type Narrowing, narrowingSql } from '../claim/narrowing.js';

/** Counting stops one above this number. */
export const COUNT_CAP = 10_000;

export interface StatusCounts {
  readonly due: number;
  /** True: counting stopped at the cap. */
  readonly dueCapped: boolean;
  readonly failed: number;
  readonly suspended: number;
  readonly dead24h: number;
  readonly processing: number;
  readonly nextDueMs: number | null;
  readonly oldestDueMs: number | null;
  readonly nowMs: number;
}

const capped = (rows: string): string => `(SELECT count(*)::int FROM (${rows} LIMIT ${COUNT_CAP + 1}) AS counted)`;
const NOW = 'coalesce($1::timestamptz, now())';
const ms = (instant: string): string => `(extract(epoch FROM ${instant}) * 1000::numeric)::float8`;
const CLAIMABLE = `p.runnable AND p.status::text IN ('pending', 'completed', 'failed')`;

// Each count uses its own index. Rows in processing are at the head of the due index, except after fair claims; then the sum that the
// instances report is more accurate.
const STATUS = `
WITH head AS (
  SELECT count(*)::int AS rows,
         count(*) FILTER (WHERE status::text IN ('pending', 'completed', 'failed'))::int AS due,
         count(*) FILTER (WHERE status::text = 'processing')::int AS processing,
         min(next_run_at) FILTER (WHERE status::text <> 'processing' AND isfinite(next_run_at)) AS oldest
    FROM (SELECT p.status, p.next_run_at FROM {processing} p
           WHERE p.runnable AND p.next_run_at <= ${NOW} ORDER BY p.next_run_at LIMIT ${COUNT_CAP + 1}) AS counted
), unscheduled AS (
  SELECT count(*)::int AS rows,
         count(*) FILTER (WHERE status::text IN ('pending', 'failed'))::int AS due,
         count(*) FILTER (WHERE status::text = 'processing')::int AS processing
    FROM (SELECT p.status FROM {processing} p
           WHERE p.runnable AND p.next_run_at IS NULL LIMIT ${COUNT_CAP + 1}) AS counted
)
SELECT
  head.rows + unscheduled.rows > ${COUNT_CAP} AS "dueCapped",
  head.due + unscheduled.due AS due,
  greatest(
    head.processing + unscheduled.processing,
    (SELECT coalesce(sum((i.in_flight ->> 'subscriptions')::int), 0)::int FROM {schema}.scheduler_instances i
      WHERE i.state IN ('alive', 'draining'))) AS processing,
  ${capped(`SELECT FROM {processing} p WHERE p.failing_since IS NOT NULL AND p.runnable AND p.status::text = 'failed'`)} +
  ${capped(`SELECT FROM {processing} p WHERE p.failing_since IS NOT NULL AND NOT p.runnable AND p.status::text = 'failed'`)}
    AS failed,
  ${capped(`SELECT FROM {processing} p WHERE p.failing_since IS NOT NULL AND NOT p.runnable AND p.status::text = 'suspended'`)}
    AS suspended,
  ${capped(`SELECT FROM {schema}.{rows}_runs r WHERE r.outcome = 'dead' AND r.finished_at > ${NOW} - interval '24 hours' ORDER BY r.finished_at`)}
    AS "dead24h",
  ${ms(`(SELECT nullif(min(p.next_run_at), 'infinity') FROM {processing} p WHERE p.runnable AND p.next_run_at > ${NOW})`)} AS "nextDueMs",
  ${ms('head.oldest')} AS "oldestDueMs",
  ${ms(NOW)} AS "nowMs"
 FROM head CROSS JOIN unscheduled`;

/** The counts for the status; cheap at any size. Counting stops slightly above COUNT_CAP. */
export async function countForStatus(db: Db, now: Date | null): Promise<StatusCounts> {
  const { rows } = await db.query<StatusCounts & Record<string, unknown>>(STATUS, [now]);
  return rows[0] as StatusCounts;
}

const due = (narrowing: string): string => `
SELECT count(*)::int AS count FROM {processing} p JOIN {entities} s ON s.id = p.subscription_id
 WHERE p.runnable AND (p.status::text IN ('pending', 'completed', 'failed') AND p.next_run_at <= ${NOW}
                       OR p.status::text IN ('pending', 'failed') AND p.next_run_at IS NULL) ${narrowing}`;

const notDue = (narrowing: string): string => `
SELECT count(*)::int AS count FROM {processing} p JOIN {entities} s ON s.id = p.subscription_id
 WHERE ${CLAIMABLE} AND p.next_run_at > ${NOW} ${narrowing}`;

const dead = (narrowing: string): string => `
SELECT count(*)::int AS count FROM {schema}.{rows}_runs r
  JOIN {processing} p ON p.subscription_id = r.subscription_id AND NOT p.superseded
  JOIN {entities} s ON s.id = p.subscription_id
 WHERE r.outcome = 'dead' AND r.finished_at <= ${NOW} AND s.active AND s.paused_until IS NULL
   AND ($2::uuid IS NULL OR r.run_id = $2) AND ($3::timestamptz IS NULL OR r.finished_at >= $3) ${narrowing}`;

const waiting = (narrowing: string): string => `
SELECT count(*)::int AS count FROM {processing} p JOIN {entities} s ON s.id = p.subscription_id
 WHERE p.failing_since IS NOT NULL AND p.runnable AND p.status::text = 'failed' AND p.attempt > 0
   AND p.next_run_at > ${NOW} AND p.failed_in = $2 ${narrowing}`;

async function count(db: Db, sql: (narrowing: string) => string, fixed: unknown[], by: Narrowing): Promise<number> {
  const { sql: conditions, values } = narrowingSql(by, fixed.length + 1);
  const { rows } = await db.query<{ count: number }>(sql(conditions), [...fixed, ...values]);
  return rows[0]?.count ?? 0;
}

/** The number of subscriptions that are due now. */
export const countDue = (db: Db, now: Date | null, by: Narrowing): Promise<number> => count(db, due, [now], by);

/** The number of subscriptions that could get an extra occurrence now. */
export const countNotDue = (db: Db, now: Date | null, by: Narrowing): Promise<number> => count(db, notDue, [now], by);

/** The number of dead occurrences that could be retried. */
export const countDead = (
  db: Db,
  now: Date | null,
  by: { readonly runId: string | null; readonly since: Date | null; readonly narrowing: Narrowing },
): Promise<number> => count(db, dead, [now, by.runId, by.since], by.narrowing);

/** The number of rows that failed in this run and wait for a retry. */
export const countWaiting = (db: Db, now: Date | null, runId: string, by: Narrowing): Promise<number> =>
  count(db, waiting, [now, runId], by);
