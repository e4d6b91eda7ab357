// Reads and cancels runs from any instance, and abandons the runs of dead instances.
import type { Db } from '../../../database.js';
import { RUN_COLUMNS, type RunRow } from './runs.js';

type Row = RunRow & Record<string, unknown>;

export async function findRun(db: Db, id: string): Promise<RunRow | null> {
  const { rows } = await db.query<Row>(`SELECT ${RUN_COLUMNS} FROM {schema}.scheduler_runs WHERE id = $1`, [id]);
  return rows[0] ?? null;
}

export interface RunFilter {
  readonly process: string | null;
  readonly status: RunRow['status'] | null;
  readonly parent: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  /** Continue after this run (started_at, id). */
  readonly after: { at: Date; id: string } | null;
  readonly limit: number;
}

/** Newest first. */
export async function listRuns(db: Db, filter: RunFilter): Promise<RunRow[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${RUN_COLUMNS} FROM {schema}.scheduler_runs
     WHERE ($1::text IS NULL OR process = $1) AND ($2::text IS NULL OR status = $2)
       AND ($3::timestamptz IS NULL OR started_at >= $3) AND ($4::timestamptz IS NULL OR started_at < $4)
       AND ($5::timestamptz IS NULL OR (started_at, id) < ($5, $6::uuid)) AND ($8::uuid IS NULL OR parent_id = $8)
     ORDER BY started_at DESC, id DESC LIMIT $7`,
    [
      filter.process,
      filter.status,
      filter.since,
      filter.until,
      filter.after?.at,
      filter.after?.id,
      filter.limit,
      filter.parent,
    ],
  );
  return rows;
}

/** Ids of runs in progress anywhere. */
export async function findRunning(db: Db, processes: readonly string[]): Promise<{ id: string; process: string }[]> {
  const { rows } = await db.query<{ id: string; process: string }>(
    `SELECT id, process FROM {schema}.scheduler_runs WHERE status = 'running' AND process = ANY ($1) ORDER BY started_at`,
    [processes],
  );
  return rows;
}

/** Null: it is not running. Its instance sees the request at its next heartbeat. */
export async function requestCancel(db: Db, id: string, by: string): Promise<RunRow | null> {
  const { rows } = await db.query<Row>(
    `UPDATE {schema}.scheduler_runs SET cancel_requested = $2 WHERE id = $1 AND status = 'running' RETURNING ${RUN_COLUMNS}`,
    [id, by],
  );
  return rows[0] ?? null;
}

/** A slot is run again after a crash, up to a limit: a run that crashes its instance each time must end. */
const SLOT_ATTEMPTS = 3;

// a process that is still alive (the database was lost) or stopped cleanly was not crashed by the run, so the attempt does not count
const INNOCENT = `EXISTS (
  SELECT FROM {schema}.scheduler_instances i WHERE i.id = r.instance_id AND (i.survived OR i.state = 'stopped'))`;

/** Ends the runs of dead instances and moves the cursors of their processes back to the interrupted slots. */
export async function abandonRuns(
  db: Db,
  instances: readonly string[],
  { error, now }: { error: string; now: Date | null },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `WITH abandoned AS (
       UPDATE {schema}.scheduler_runs r
       SET status = 'abandoned', error = $4, finished_at = date_trunc('milliseconds', coalesce($2, clock_timestamp())),
         attempt = CASE WHEN ${INNOCENT} THEN r.attempt - 1 ELSE r.attempt END
       WHERE instance_id = ANY ($1::uuid[]) AND status = 'running'
       RETURNING process, slot, exclusive, attempt
     ), back AS (
       UPDATE {schema}.scheduler_processes p SET next_run_at = least(p.next_run_at, a.slot)
       FROM (
         SELECT process, min(slot) AS slot FROM abandoned
         WHERE exclusive AND slot IS NOT NULL AND attempt < $3 GROUP BY process
       ) a
       WHERE p.name = a.process
     )
     SELECT count(*)::int AS count FROM abandoned`,
    [instances, now, SLOT_ATTEMPTS, error],
  );
  return rows[0]?.count ?? 0;
}

export async function findRuns(db: Db, ids: readonly string[]): Promise<RunRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<Row>(
    `SELECT ${RUN_COLUMNS} FROM {schema}.scheduler_runs WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return rows;
}
