// Runs of the main process in which attempts failed, around given times: the stored evidence that a receiver was down.
import type { Db } from '../../database.js';

export interface TimeSpan {
  readonly from: Date;
  readonly to: Date;
}

const MOST = 500;

// uses the index of the runs of a process; a tick stores a run only if there was work
const LIST = `
SELECT DISTINCT ON (r.started_at, r.id) r.id, r.started_at AS "startedAt", r.ended_at AS "endedAt", r.calls, r.errors
  FROM unnest($1::timestamptz[], $2::timestamptz[]) AS w (since, until) CROSS JOIN LATERAL (
    SELECT id, started_at, coalesce(finished_at, $3::timestamptz) AS ended_at, error_groups AS errors,
           coalesce((counts ->> 'successful')::int, 0) + coalesce((counts ->> 'failed')::int, 0) AS calls
      FROM {schema}.scheduler_runs
     WHERE process = 'subscriptions' AND started_at >= w.since AND started_at <= w.until AND error_groups <> '{}'::jsonb
     ORDER BY started_at DESC LIMIT ${MOST}) r
 ORDER BY r.started_at, r.id`;

export interface FailingRunRow {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly calls: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** Oldest first; for each span, the latest 500 runs that began in it. */
export async function listFailingRuns(
  db: Db,
  spans: readonly TimeSpan[],
  now: Date,
): Promise<readonly FailingRunRow[]> {
  const values = [spans.map(({ from }) => from), spans.map(({ to }) => to), now];
  const { rows } = await db.query<FailingRunRow & Record<string, unknown>>(LIST, values);
  return rows;
}
