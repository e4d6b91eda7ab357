// Finds the lanes (priority, type, tenant bucket) that have jobs, and since when: a loose index scan that skips from lane to lane.
import type { Db } from '../../database.js';

export interface LaneRow {
  readonly priority: number;
  readonly type: string;
  readonly bucket: number;
  /** Milliseconds until its first unclaimed job is due; 0 or less: due now. */
  readonly due_in_ms: number;
  /** Milliseconds until its first job that is not due yet; null: there is none. */
  readonly coming_in_ms: number | null;
}

const READY = 'j.completed_at IS NULL AND NOT j.blocked';

const SCAN = `
WITH RECURSIVE moment AS MATERIALIZED (SELECT coalesce($1::timestamptz, clock_timestamp()) AS at), lane AS (
  (SELECT j.priority, j.type, j.bucket FROM {schema}.jobs j WHERE ${READY}
   ORDER BY j.priority, j.type, j.bucket LIMIT 1)
  UNION ALL
  SELECT next.priority, next.type, next.bucket FROM lane
  CROSS JOIN LATERAL (
    SELECT j.priority, j.type, j.bucket FROM {schema}.jobs j
    WHERE ${READY} AND (j.priority, j.type, j.bucket) > (lane.priority, lane.type, lane.bucket)
    ORDER BY j.priority, j.type, j.bucket LIMIT 1
  ) next
)
SELECT lane.*, (extract(epoch FROM first.run_at - moment.at) * 1000::numeric)::float8 AS due_in_ms,
  (extract(epoch FROM coming.run_at - moment.at) * 1000::numeric)::float8 AS coming_in_ms
FROM lane CROSS JOIN moment
CROSS JOIN LATERAL (
  SELECT j.run_at FROM {schema}.jobs j
  WHERE ${READY} AND j.priority = lane.priority AND j.type = lane.type AND j.bucket = lane.bucket
    AND j.id NOT IN (SELECT unnest(c.job_ids) FROM {schema}.job_claims c)
  ORDER BY j.run_at LIMIT 1
) first
LEFT JOIN LATERAL (
  SELECT j.run_at FROM {schema}.jobs j
  WHERE ${READY} AND j.priority = lane.priority AND j.type = lane.type AND j.bucket = lane.bucket AND j.run_at > moment.at
  ORDER BY j.run_at LIMIT 1
) coming ON true`;

/** Lanes with unclaimed jobs, whether due or not, in the order of their priority. */
export async function scanLanes(db: Db, now: Date | null): Promise<readonly LaneRow[]> {
  const { rows } = await db.query<LaneRow & Record<string, unknown>>(SCAN, [now]);
  return rows;
}
