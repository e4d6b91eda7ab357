// Histograms of lateness, wait and duration: all instances add to them, and they are read by day or over a window.
import type { Db } from '../../../database.js';

export type LatencySubject = 'process' | 'job' | 'receiver';
export type LatencyMeasure = 'lateness' | 'wait' | 'duration';

/** What the times belong to: a process, a job type or a receiver. */
export interface LatencyKey {
  readonly subject: LatencySubject;
  readonly name: string;
  readonly measure: LatencyMeasure;
}

/** Sent as JSON. */
export interface LatencyDelta extends LatencyKey {
  readonly bins: readonly number[];
}

/** Adds to the current hour and day; in a fixed order, so that two instances do not deadlock. */
export async function addLatencies(db: Db, deltas: readonly LatencyDelta[], now: Date | null): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.scheduler_latencies AS l (span, starts_at, subject, name, measure, bins)
     SELECT span, date_trunc(span, coalesce($2, now()), 'UTC'), d.subject, d.name, d.measure, d.bins
     FROM json_to_recordset($1::json) AS d (subject text, name text, measure text, bins integer[])
     CROSS JOIN (VALUES ('day'), ('hour')) AS spans (span)
     ORDER BY span, d.subject, d.name, d.measure
     ON CONFLICT (span, starts_at, subject, name, measure) DO UPDATE SET
       bins = (SELECT array_agg(least(coalesce(a, 0)::bigint + coalesce(b, 0), 2147483647)::integer ORDER BY bin)
         FROM unnest(l.bins, excluded.bins) WITH ORDINALITY AS sum (a, b, bin))`,
    [JSON.stringify(deltas), now],
  );
}

export interface DailyLatencyRow extends LatencyKey {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly bins: readonly number[];
}

type TextRow = Record<string, unknown> & { readonly bins: string };

/** Arrays as text: several times faster to read than by pg's own parser. */
const readBins = (text: string): number[] => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number));

/** The last `days` days (UTC), including today. */
export async function readDailyLatencies(db: Db, days: number, now: Date | null): Promise<DailyLatencyRow[]> {
  const { rows } = await db.query<Omit<DailyLatencyRow, 'bins'> & TextRow>(
    `SELECT to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, subject, name, measure, bins::text
     FROM {schema}.scheduler_latencies
     WHERE span = 'day' AND starts_at > date_trunc('day', coalesce($2, now()), 'UTC') - $1 * interval '1 day'`,
    [days, now],
  );
  return rows.map((row) => ({ ...row, bins: readBins(row.bins) }));
}

export interface LatencyWindow {
  readonly hours: number;
  readonly subject?: LatencySubject | null;
  readonly name?: string | null;
}

export interface LatencyRow extends LatencyKey {
  readonly bins: readonly number[];
}

/** The sums of the last `hours`, including the current one: the hours up to the first midnight (UTC), then whole days. */
export async function readLatencies(db: Db, window: LatencyWindow, now: Date | null): Promise<LatencyRow[]> {
  const { hours, subject = null, name = null } = window;
  const { rows } = await db.query<Omit<LatencyRow, 'bins'> & TextRow>(
    `WITH edge AS MATERIALIZED (
       SELECT since, date_trunc('day', since - interval '1 microsecond', 'UTC') + interval '1 day' AS midnight
       FROM (SELECT date_trunc('hour', coalesce($1, now()), 'UTC') - ($2 - 1) * interval '1 hour' AS since) AS window_start
     ), read AS (
       SELECT l.subject, l.name, l.measure, l.bins FROM edge JOIN {schema}.scheduler_latencies l
         ON l.span = 'day' AND l.starts_at >= edge.midnight
       UNION ALL
       SELECT l.subject, l.name, l.measure, l.bins FROM edge JOIN {schema}.scheduler_latencies l
         ON l.span = 'hour' AND l.starts_at >= edge.since AND l.starts_at < edge.midnight
     ), summed AS (
       SELECT subject, name, measure, bin, sum(n) AS n
       FROM read CROSS JOIN LATERAL unnest(bins) WITH ORDINALITY AS counts (n, bin)
       WHERE ($3::text IS NULL OR subject = $3) AND ($4::text IS NULL OR name = $4)
       GROUP BY subject, name, measure, bin
     )
     SELECT subject, name, measure, array_agg(n ORDER BY bin)::text AS bins
     FROM summed GROUP BY subject, name, measure ORDER BY subject, name, measure`,
    [now, hours, subject, name],
  );
  return rows.map((row) => ({ ...row, bins: readBins(row.bins) }));
}
