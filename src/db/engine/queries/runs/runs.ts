// Rows of runs: start, progress and end. Every change names the state that it leaves and the instance that owns the run.
import type { Db } from '../../../database.js';

export interface RunRow {
  readonly id: string;
  readonly process: string;
  readonly slot: Date | null;
  readonly trigger: 'tick' | 'manual' | 'cron' | 'retry';
  readonly triggered_by: string | null;
  readonly instance_id: string;
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled' | 'abandoned';
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly counts: Record<string, number>;
  readonly progress: { done: number; total: number | null; note: string | null } | null;
  readonly error: string | null;
  readonly stopped_early: boolean;
  readonly samples: { id: string; code: string; message: string; at: string }[];
  readonly error_groups: Record<string, number>;
  readonly input: unknown;
  readonly parent_id: string | null;
}
type Row = RunRow & Record<string, unknown>;

export const RUN_COLUMNS = `id, process, slot, trigger, triggered_by, instance_id, status, started_at, finished_at, counts,
  progress, error, stopped_early, samples, error_groups, input, parent_id`;

export interface NewRun {
  readonly id: string;
  readonly process: string;
  readonly slot: Date | null;
  readonly exclusive: boolean;
  readonly trigger: RunRow['trigger'];
  readonly triggeredBy: string | null;
  readonly instanceId: string;
  readonly input: unknown;
  /** The run that this one is a part of. */
  readonly parentId?: string | null;
  readonly now: Date | null;
}

// `me`: an instance that was declared dead meanwhile starts nothing, or its run would never be abandoned
const INSERT = `
INSERT INTO {schema}.scheduler_runs (
  id, process, slot, exclusive, trigger, triggered_by, instance_id, input, started_at, parent_id)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, date_trunc('milliseconds', coalesce($9, clock_timestamp())), $10
FROM me
ON CONFLICT (process, slot) WHERE exclusive AND slot IS NOT NULL DO UPDATE SET
  status = 'running', instance_id = excluded.instance_id, started_at = excluded.started_at, trigger = excluded.trigger,
  triggered_by = excluded.triggered_by, parent_id = excluded.parent_id, attempt = scheduler_runs.attempt + 1, finished_at = NULL, error = NULL,
  counts = '{}', progress = NULL, samples = '[]', error_groups = '{}', cancel_requested = NULL, stopped_early = false
  WHERE scheduler_runs.status = 'abandoned'
RETURNING ${RUN_COLUMNS}`;

const ME = `SELECT id FROM {schema}.scheduler_instances WHERE id = $7 AND state IN ('alive', 'draining') FOR SHARE`;

const valuesOf = (run: NewRun): unknown[] => [
  run.id,
  run.process,
  run.slot,
  run.exclusive,
  run.trigger,
  run.triggeredBy,
  run.instanceId,
  run.input === undefined ? null : JSON.stringify(run.input),
  run.now,
  run.parentId ?? null,
];

/** Null: the slot has already been run, or this instance is no longer alive. A slot whose run was abandoned is run again. */
export async function insertRun(db: Db, run: NewRun): Promise<RunRow | null> {
  const { rows } = await db.query<Row>(`WITH me AS (${ME}) ${INSERT}`, valuesOf(run));
  return rows[0] ?? null;
}

/** The same, and moves the process's cursor from `cursor` to `next`; null also if the cursor has already moved. */
export async function insertRunOfSlot(
  db: Db,
  run: NewRun,
  move: { cursor: Date; next: Date | null },
): Promise<RunRow | null> {
  const { rows } = await db.query<Row>(
    `WITH me AS (${ME}), moved AS (
       UPDATE {schema}.scheduler_processes SET next_run_at = $12
       WHERE name = $2 AND next_run_at = $11 AND EXISTS (SELECT FROM me)
       RETURNING name
     ), mine AS (SELECT me.id FROM me, moved)
     ${INSERT.replace('FROM me', 'FROM mine')}`,
    [...valuesOf(run), move.cursor, move.next],
  );
  return rows[0] ?? null;
}

export interface RunNumbers {
  readonly counts: Readonly<Record<string, number>>;
  readonly progress: RunRow['progress'];
  readonly samples: RunRow['samples'];
  readonly errorGroups: Readonly<Record<string, number>>;
}

const numbersOf = (numbers: RunNumbers): unknown[] => [
  JSON.stringify(numbers.counts),
  numbers.progress && JSON.stringify(numbers.progress),
  JSON.stringify(numbers.samples),
  JSON.stringify(numbers.errorGroups),
];

/** False: the run no longer belongs to this instance. */
export async function saveProgress(db: Db, id: string, instanceId: string, numbers: RunNumbers): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE {schema}.scheduler_runs SET counts = $3, progress = $4, samples = $5, error_groups = $6
     WHERE id = $1 AND instance_id = $2 AND status = 'running'`,
    [id, instanceId, ...numbersOf(numbers)],
  );
  return rowCount === 1;
}

export interface RunEnd {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly error: string | null;
  readonly stoppedEarly: boolean;
  readonly now: Date | null;
}

const FINISH = `
WITH done AS (
  UPDATE {schema}.scheduler_runs SET counts = $3, progress = $4, samples = $5, error_groups = $6, status = $7, error = $8,
    stopped_early = $9, finished_at = date_trunc('milliseconds', coalesce($10, clock_timestamp()))
  WHERE id = $1 AND instance_id = $2 AND status = 'running'
  RETURNING ${RUN_COLUMNS}
), last AS (
  UPDATE {schema}.scheduler_processes p SET last_run_id = done.id FROM done WHERE p.name = done.process
), rolled_up AS (
  INSERT INTO {schema}.scheduler_stats AS s (day, name, runs, successful, failed, skipped, dead, duration_ms)
  SELECT (finished_at AT TIME ZONE 'UTC')::date, process, 1,
    coalesce((counts->>'successful')::bigint, 0), coalesce((counts->>'failed')::bigint, 0),
    coalesce((counts->>'skipped')::bigint, 0), coalesce((counts->>'dead')::bigint, 0),
    (extract(epoch FROM finished_at - started_at) * 1000::numeric)::bigint
  FROM done
  ON CONFLICT (day, name) DO UPDATE SET runs = s.runs + 1, successful = s.successful + excluded.successful,
    failed = s.failed + excluded.failed, skipped = s.skipped + excluded.skipped, dead = s.dead + excluded.dead,
    duration_ms = s.duration_ms + excluded.duration_ms
)
SELECT ${RUN_COLUMNS} FROM done`;

/** Ends a run and adds it to the day's roll-up. Null: it was ended by another instance (this one was declared dead). */
export async function finishRun(
  db: Db,
  id: string,
  instanceId: string,
  numbers: RunNumbers,
  end: RunEnd,
): Promise<RunRow | null> {
  const values = [id, instanceId, ...numbersOf(numbers), end.status, end.error, end.stoppedEarly, end.now];
  const { rows } = await db.query<Row>(FINISH, values);
  return rows[0] ?? null;
}
