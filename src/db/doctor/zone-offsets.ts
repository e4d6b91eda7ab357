// The offsets of time zones by PostgreSQL's own data, for `punctual doctor`.
import type { Db } from '../database.js';

export interface ZoneOffset {
  readonly zone: string;
  readonly at_ms: number;
  readonly offset_s: number;
}

/** Zones that PostgreSQL does not know are left out. */
export async function readZoneOffsets(
  db: Db,
  zones: readonly string[],
  atMs: readonly number[],
): Promise<readonly ZoneOffset[]> {
  const { rows } = await db.query<ZoneOffset & Record<string, unknown>>(
    `SELECT z.name AS zone, m.ms AS at_ms,
       extract(epoch FROM timezone(z.name, t.at) - timezone('UTC', t.at))::int AS offset_s
     FROM unnest($1::text[]) AS z (name)
     JOIN (SELECT name FROM pg_timezone_names OFFSET 0) AS known ON known.name = z.name
     CROSS JOIN unnest($2::float8[]) AS m (ms)
     CROSS JOIN LATERAL (SELECT to_timestamp(m.ms / 1000) AS at) AS t`,
    [zones, atMs],
  );
  return rows;
}
