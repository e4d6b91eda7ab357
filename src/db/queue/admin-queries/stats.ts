// Roll-ups of the queue per type and hour, and live counts that are cheap at any size.
import type { Db } from '../../database.js';
import { JOB_STATUS, JOBS_AND_CLAIMS } from '../queries/rows.js';

export interface TypeStatsRow {
  readonly type: string;
  readonly completed: number;
  readonly retried: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly duration_ms: number;
  readonly slowest_ms: number;
  readonly slowest_job: string | null;
}

export interface StatsDelta extends TypeStatsRow {
  readonly hour: string;
}

/** Adds to the roll-ups; in a fixed order, so that two instances do not deadlock. */
export async function addStats(db: Db, deltas: readonly StatsDelta[]): Promise<void> {
  await db.query(
    `WITH delta AS MATERIALIZED (
       SELECT * FROM json_to_recordset($1::json) AS d (hour timestamptz, type text, completed bigint, retried bigint,
         dead bigint, cancelled bigint, duration_ms bigint, slowest_ms integer, slowest_job uuid)
     ), daily AS (
       INSERT INTO {schema}.scheduler_stats AS s (day, name, runs, successful, failed, dead, duration_ms)
       SELECT (hour AT TIME ZONE 'UTC')::date, type, sum(completed + retried + dead + cancelled), sum(completed),
         sum(retried + dead), sum(dead), sum(duration_ms)
       FROM delta GROUP BY 1, 2 ORDER BY 1, 2
       ON CONFLICT (day, name) DO UPDATE SET runs = s.runs + excluded.runs, successful = s.successful + excluded.successful,
         failed = s.failed + excluded.failed, dead = s.dead + excluded.dead,
         duration_ms = s.duration_ms + excluded.duration_ms
     )
     INSERT INTO {schema}.job_stats AS s
       (hour, type, completed, retried, dead, cancelled, duration_ms, slowest_ms, slowest_job)
     SELECT hour, type, completed, retried, dead, cancelled, duration_ms, slowest_ms, slowest_job
     FROM delta ORDER BY hour, type
     ON CONFLICT (hour, type) DO UPDATE SET
       completed = s.completed + excluded.completed, retried = s.retried + excluded.retried,
       dead = s.dead + excluded.dead, cancelled = s.cancelled + excluded.cancelled,
       duration_ms = s.duration_ms + excluded.duration_ms,
       slowest_job = CASE WHEN excluded.slowest_ms > s.slowest_ms THEN excluded.slowest_job ELSE s.slowest_job END,
       slowest_ms = greatest(s.slowest_ms, excluded.slowest_ms)`,
    [JSON.stringify(deltas)],
  );
}

/** The roll-ups of the last `hours`, per type. */
export async function readStats(db: Db, hours: number): Promise<readonly TypeStatsRow[]> {
  const { rows } = await db.query<TypeStatsRow & Record<string, unknown>>(
    `SELECT type, sum(completed)::float8 AS completed, sum(retried)::float8 AS retried, sum(dead)::float8 AS dead,
       sum(cancelled)::float8 AS cancelled, sum(duration_ms)::float8 AS duration_ms, max(slowest_ms) AS slowest_ms,
       (array_agg(slowest_job ORDER BY slowest_ms DESC))[1] AS slowest_job
     FROM {schema}.job_stats WHERE hour > now() - $1 * interval '1 hour' GROUP BY type ORDER BY type`,
    [hours],
  );
  return rows;
}

/** Attempts of one type that ended in one hour; the numbers only grow. */
export interface EndCounts {
  readonly hour: Date;
  readonly type: string;
  readonly completed: number;
  readonly retried: number;
  readonly dead: number;
  readonly cancelled: number;
}

/** The roll-ups of the current hour and of the one before. */
export async function readEnded(db: Db): Promise<readonly EndCounts[]> {
  const { rows } = await db.query<EndCounts & Record<string, unknown>>(
    `SELECT hour, type, completed::float8 AS completed, retried::float8 AS retried, dead::float8 AS dead,
       cancelled::float8 AS cancelled
     FROM {schema}.job_stats WHERE hour > now() - interval '2 hours'`,
  );
  return rows;
}

export interface LiveCount {
  readonly type: string;
  readonly queue: string;
  readonly status: string;
  readonly n: number;
}

/** Counts of jobs that have not ended, by type and status, reading at most `cap` of them; and of dead letters. */
export async function countLive(db: Db, cap: number): Promise<{ counts: readonly LiveCount[]; capped: boolean }> {
  const { rows } = await db.query<LiveCount & Record<string, unknown>>(
    `SELECT type, queue, status, count(*)::integer AS n FROM (
       (SELECT j.type, j.queue, ${JOB_STATUS} AS status FROM ${JOBS_AND_CLAIMS}
        WHERE j.completed_at IS NULL AND NOT j.blocked LIMIT $1)
       UNION ALL
       (SELECT type, queue, status FROM {schema}.jobs WHERE dead_at IS NOT NULL LIMIT $1)
     ) looked_at GROUP BY type, queue, status ORDER BY type, queue, status`,
    [cap],
  );
  return { counts: rows, capped: rows.reduce((sum, row) => sum + row.n, 0) >= cap };
}
