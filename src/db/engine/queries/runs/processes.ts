// Rows of processes: the declared values, the changes by operators, and the cursor over their slots.
import type { Db } from '../../../database.js';

export interface ProcessRow {
  readonly name: string;
  readonly lock_id: number;
  readonly exclusive: boolean;
  readonly declared_schedule: unknown;
  /** Set by an operator; takes precedence over the declared one. */
  readonly schedule: unknown;
  readonly enabled: boolean;
  readonly paused_until: Date | null;
  readonly budget_s: number;
  readonly anchor_at: Date;
  readonly next_run_at: Date | null;
  readonly last_run_id: string | null;
  /** The database's clock, or the manual one. */
  readonly now: Date;
}
type Row = ProcessRow & Record<string, unknown>;

const COLUMNS = `name, lock_id, exclusive, declared_schedule, schedule, enabled, paused_until, budget_s, anchor_at, next_run_at,
  last_run_id, coalesce($2, clock_timestamp()) AS now`;

/** The rows of these processes, by name. */
export async function readProcesses(db: Db, names: readonly string[], now: Date | null): Promise<ProcessRow[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM {schema}.scheduler_processes WHERE name = ANY ($1) ORDER BY name`,
    [names, now],
  );
  return rows;
}

export interface Declaration {
  readonly name: string;
  readonly exclusive: boolean;
  readonly schedule: unknown;
  readonly budgetS: number;
}

/** Writes the declared values without touching changes by operators; returns the current rows. The cursor is set separately. */
export async function declareProcesses(
  db: Db,
  declarations: readonly Declaration[],
  now: Date | null,
): Promise<ProcessRow[]> {
  await db.query(
    `INSERT INTO {schema}.scheduler_processes AS p (name, exclusive, declared_schedule, budget_s, anchor_at)
     SELECT d.name, d.exclusive, d.schedule, d.budget_s, date_trunc('milliseconds', coalesce($2, clock_timestamp()))
     FROM jsonb_to_recordset($1) AS d (name text, exclusive boolean, schedule jsonb, budget_s double precision)
     ORDER BY d.name
     ON CONFLICT (name) DO UPDATE SET exclusive = excluded.exclusive, budget_s = excluded.budget_s,
       declared_schedule = excluded.declared_schedule,
       next_run_at = CASE
         WHEN p.schedule IS NULL AND p.declared_schedule IS DISTINCT FROM excluded.declared_schedule THEN NULL
         ELSE p.next_run_at END
     WHERE (p.exclusive, p.budget_s) IS DISTINCT FROM (excluded.exclusive, excluded.budget_s)
       OR p.declared_schedule IS DISTINCT FROM excluded.declared_schedule`,
    [
      JSON.stringify(
        declarations.map(({ name, exclusive, schedule, budgetS }) => ({
          name,
          exclusive,
          schedule,
          budget_s: budgetS,
        })),
      ),
      now,
    ],
  );
  return readProcesses(
    db,
    declarations.map(({ name }) => name),
    now,
  );
}

/** Moves the cursor from its observed position; false: it was moved meanwhile. */
export async function moveCursor(db: Db, name: string, from: Date | null, to: Date | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE {schema}.scheduler_processes SET next_run_at = $3
     WHERE name = $1 AND next_run_at IS NOT DISTINCT FROM $2::timestamptz`,
    [name, from, to],
  );
  return rowCount === 1;
}

export interface ProcessChange {
  readonly enabled: boolean;
  readonly pausedUntil: Date | null;
  /** Set by an operator; null: restores the declared one. */
  readonly schedule: unknown;
  readonly nextRunAt: Date | null;
}

/** Stores an operator's changes. */
export async function changeProcess(db: Db, name: string, change: ProcessChange): Promise<void> {
  const schedule = change.schedule === null ? null : JSON.stringify(change.schedule);
  await db.query(
    `UPDATE {schema}.scheduler_processes
     SET enabled = $2, paused_until = $3, schedule = $4, next_run_at = $5, updated_at = now() WHERE name = $1`,
    [name, change.enabled, change.pausedUntil, schedule, change.nextRunAt],
  );
}

/** The row, locked until the transaction ends, so that concurrent operators do not overwrite each other's changes. */
export async function lockProcess(db: Db, name: string, now: Date | null): Promise<ProcessRow | null> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM {schema}.scheduler_processes WHERE name = $1 FOR NO KEY UPDATE`,
    [name, now],
  );
  return rows[0] ?? null;
}
