// Upcoming work: stored next runs per time bucket, and groups of schedules whose further occurrences are computed in this process.
import type { Db } from '../../database.js';

const NOW = 'coalesce($1::timestamptz, now())';

/** The present time, and the number of rows when the table was last analysed; null: never. */
export async function forecastFrame(db: Db, now: Date | null): Promise<{ now: Date; rows: number | null }> {
  const { rows } = await db.query<{ now: Date; rows: number | null }>(
    `SELECT ${NOW} AS now,
       (SELECT nullif(c.reltuples, -1)::float8 FROM pg_catalog.pg_class c WHERE c.oid = {processing_text}::regclass) AS rows`,
    [now],
  );
  return rows[0] as { now: Date; rows: number | null };
}

/** The rows that are read: all, or a sample of the table's blocks, the same ones each time. */
const read = (percent: number): string => {
  if (percent >= 100) return '{processing} p';
  return `{processing} p TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`;
};

export interface ForecastScope {
  readonly now: Date | null;
  readonly hours: number;
  /** The share of the table's blocks that is read, above 0 to 100. Counts are those of the rows that were read. */
  readonly percent: number;
}

/**
 * Occurrences by stored next run, in buckets that begin at `startsMs` (epoch ms, ascending, the first not after the present time). Rows
 * that are already due count in the present bucket.
 */
export async function storedOccurrences(
  db: Db,
  { now, hours, percent, startsMs }: ForecastScope & { readonly startsMs: readonly number[] },
): Promise<{ bucket: number; count: number }[]> {
  const { rows } = await db.query<{ bucket: number; count: number }>(
    `SELECT width_bucket(extract(epoch FROM greatest(p.next_run_at, ${NOW}))::float8 * 1000, $3::float8[]) - 1 AS bucket,
       count(*)::int AS count
     FROM ${read(percent)}
     WHERE p.runnable AND p.next_run_at < ${NOW} + make_interval(hours => $2) GROUP BY 1`,
    [now, hours, startsMs],
  );
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

/**
 * The largest groups of schedules of these frequencies with a next run within the horizon. Subscriptions are looked up one by one
 * (OFFSET 0): for a sample of one table, the planner would read the whole other table.
 */
export async function scheduleGroups(
  db: Db,
  scope: ForecastScope & {
    readonly frequencies: readonly string[];
    /** Rows with the same schedule are grouped if their next runs are within the same unit. */
    readonly within: 'minute' | 'hour';
    readonly limit: number;
  },
): Promise<ScheduleGroup[]> {
  const { now, hours, percent, frequencies, within, limit } = scope;
  const { rows } = await db.query<ScheduleGroup & Record<string, unknown>>(
    `SELECT s.frequency::text AS frequency, s.timezone, s.schedule::text AS schedule,
       (extract(epoch FROM min(p.anchor_at)) * 1000::numeric)::float8 AS "anchorMs",
       (extract(epoch FROM min(coalesce(p.scheduled_for, p.next_run_at))) * 1000::numeric)::float8 AS "nextRunMs", count(*)::int AS count
     FROM ${read(percent)} CROSS JOIN LATERAL (
       SELECT frequency, timezone, schedule FROM {entities} WHERE {entities}.id = p.subscription_id OFFSET 0) s
     WHERE p.runnable AND p.next_run_at < ${NOW} + make_interval(hours => $2)
       AND lower(coalesce(s.frequency::text, 'daily')) = ANY ($3::text[])
     GROUP BY s.frequency::text, s.timezone, s.schedule::text, date_trunc($5::text, p.next_run_at), date_trunc('day', p.anchor_at)
     ORDER BY count DESC LIMIT $4`,
    [now, hours, frequencies, limit, within],
  );
  return rows;
}
