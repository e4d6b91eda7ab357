// The state of the queue for `punctual worker status`; reads a bounded number of rows.
import type { Db } from '../../database.js';

export interface QueuePace {
  /** Jobs that ended within the last minute. */
  readonly ended: number;
  /** Due jobs that are not being processed. */
  readonly waiting: number;
  /** How long the oldest of them has been due, in seconds; null: there are none. */
  readonly oldest_s: number | null;
}

/** Counting stops at `cap`. */
export async function readQueuePace(db: Db, cap: number): Promise<QueuePace> {
  const { rows } = await db.query<QueuePace & Record<string, unknown>>(
    `WITH in_hand AS MATERIALIZED (SELECT unnest(job_ids) AS id FROM {schema}.job_claims),
     due AS (
       SELECT j.run_at FROM {schema}.jobs j
       WHERE j.completed_at IS NULL AND NOT j.blocked AND j.run_at <= now()
         AND NOT EXISTS (SELECT FROM in_hand h WHERE h.id = j.id) LIMIT $1)
     SELECT (SELECT count(*)::int FROM (
         SELECT FROM {schema}.jobs WHERE completed_at > now() - interval '1 minute' AND dead_at IS NULL LIMIT $1) AS e) AS ended,
       count(*)::int AS waiting, extract(epoch FROM now() - min(run_at))::float8 AS oldest_s
     FROM due`,
    [cap],
  );
  return rows[0]!;
}
