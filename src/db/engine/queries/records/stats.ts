// Daily roll-ups per process and job type; runs add to them as they end (see runs.ts).
import type { Db } from '../../../database.js';

export interface StatsRow {
  readonly day: string;
  readonly name: string;
  readonly runs: number;
  readonly successful: number;
  readonly failed: number;
  readonly skipped: number;
  readonly dead: number;
  readonly duration_ms: number;
}

/** The last `days` days (UTC), today included; newest first. */
export async function readStats(db: Db, days: number, now: Date | null): Promise<StatsRow[]> {
  const { rows } = await db.query<StatsRow & Record<string, unknown>>(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day, name, runs::float8 AS runs, successful::float8 AS successful,
       failed::float8 AS failed, skipped::float8 AS skipped, dead::float8 AS dead, duration_ms::float8 AS duration_ms
     FROM {schema}.scheduler_stats
     WHERE day > (coalesce($2, now()) AT TIME ZONE 'UTC')::date - $1::int
     ORDER BY day DESC, name`,
    [days, now],
  );
  return rows;
}

/** Adds slots that a misfire policy skipped. */
export async function addSkippedSlots(db: Db, name: string, skipped: number, now: Date | null): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.scheduler_stats AS s (day, name, skipped)
     VALUES ((coalesce($3, now()) AT TIME ZONE 'UTC')::date, $1, $2)
     ON CONFLICT (day, name) DO UPDATE SET skipped = s.skipped + excluded.skipped`,
    [name, skipped, now],
  );
}
