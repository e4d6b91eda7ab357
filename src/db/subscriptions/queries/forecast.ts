// What is coming: stored next runs per bucket of time, and groups of schedules whose further occurrences are computed by us.
import type { Db } from '../../database.js';

const NOW = 'coalesce($1::timestamptz, now())';

const STORED = `
SELECT width_bucket(extract(epoch FROM greatest(p.next_run_at, ${NOW}))::float8 * 1000, $3::float8[]) - 1 AS bucket, count(*)::int AS count
  FROM {processing} p
 WHERE p.runnable AND p.next_run_at < ${NOW} + make_interval(hours => $2)
 GROUP BY 1`;

/**
 * Occurrences by stored next run, in buckets that begin at `startsMs` (epoch ms, ascending, the first not after now); what is due
 * already counts in the one that holds now.
 */
export async function storedOccurrences(
  db: Db,
  options: { readonly now: Date | null; readonly hours: number; readonly startsMs: readonly number[] },
): Promise<{ bucket: number; count: number }[]> {
  const { rows } = await db.query<{ bucket: number; count: number }>(STORED, [
    options.now,
    options.hours,
    options.startsMs,
  ]);
  return rows;
}

export interface ScheduleGroup {
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
  readonly anchorMs: number;
  readonly nextRunMs: number;
  readonly count: number;
}

// Grouped by schedule, local date of the anchor and minute of the next run: rows that share these go on together.
const GROUPS = `
SELECT s.frequency::text AS frequency, s.timezone, s.schedule::text AS schedule,
       (extract(epoch FROM min(p.anchor_at)) * 1000::numeric)::float8 AS "anchorMs",
       (extract(epoch FROM min(coalesce(p.scheduled_for, p.next_run_at))) * 1000::numeric)::float8 AS "nextRunMs", count(*)::int AS count
  FROM {processing} p JOIN {entities} s ON s.id = p.subscription_id
 WHERE p.runnable AND p.next_run_at < ${NOW} + make_interval(hours => $2)
   AND lower(coalesce(s.frequency::text, 'daily')) = ANY ($3::text[])
 GROUP BY s.frequency::text, s.timezone, s.schedule::text, date_trunc('minute', p.next_run_at), date_trunc('day', p.anchor_at)
 ORDER BY count DESC LIMIT $4`;

/** The largest groups of schedules of these frequencies with a next run within the horizon. */
export async function scheduleGroups(
  db: Db,
  options: { now: Date | null; hours: number; frequencies: readonly string[]; limit: number },
): Promise<ScheduleGroup[]> {
  const values = [options.now, options.hours, options.frequencies, options.limit];
  const { rows } = await db.query<ScheduleGroup & Record<string, unknown>>(GROUPS, values);
  return rows;
}
