// Retention: deletes ended jobs after their time, in small batches.
import type { Db } from '../../database.js';

export interface RetentionTimes {
  readonly completedS: number;
  readonly cancelledS: number;
  readonly deadS: number;
}

const deleting = (due: string): string => `
WITH due AS MATERIALIZED (
  SELECT j.id FROM {schema}.jobs j
  WHERE ${due}
    AND (NOT j.has_dependents OR NOT EXISTS (
      SELECT FROM {schema}.job_dependencies d JOIN {schema}.jobs dependant ON dependant.id = d.job_id
      WHERE d.depends_on = j.id AND (d.ended_as IS NULL OR dependant.status <> 'completed')
      OFFSET 0 -- looked up for one job at a time: a join would read all dependencies
    ))
  LIMIT $1 FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM {schema}.jobs j USING due WHERE j.id = due.id RETURNING j.id
), edges AS (
  DELETE FROM {schema}.job_dependencies d USING due WHERE d.job_id = due.id
), lines AS (
  DELETE FROM {schema}.job_logs l USING due WHERE l.job_id = due.id
)
SELECT count(*)::integer AS n FROM gone`;

const ENDED = deleting(`j.completed_at IS NOT NULL AND j.dead_at IS NULL
    AND j.completed_at < now() - least($2::float8, $3::float8) * interval '1 second'
    AND j.completed_at < now() - CASE j.status WHEN 'completed' THEN $2::float8 ELSE $3::float8 END * interval '1 second'`);
const DEAD = deleting(`j.dead_at < now() - $2::float8 * interval '1 second'`);

/**
 * Deletes up to `limit` expired jobs of each kind, with their logs, and returns their number. A job is kept while a job that waited for it
 * may still read its result: until that job has completed, because a dead one may be retried.
 */
export async function deleteOldJobs(db: Db, times: RetentionTimes, limit: number): Promise<number> {
  const ended = await db.query<{ n: number }>(ENDED, [limit, times.completedS, times.cancelledS]);
  const dead = await db.query<{ n: number }>(DEAD, [limit, times.deadS]);
  return (ended.rows[0]?.n ?? 0) + (dead.rows[0]?.n ?? 0);
}

/** Deletes expired unique keys and roll-ups older than `statsDays`. */
export async function deleteOldKeysAndStats(db: Db, statsDays: number): Promise<void> {
  await db.query('DELETE FROM {schema}.job_keys WHERE expires_at < now()');
  await db.query(`DELETE FROM {schema}.job_stats WHERE hour < now() - $1::integer * interval '1 day'`, [statsDays]);
}
