// The log lines of jobs, bounded per job and read in pages; and progress and checkpoints.
import type { Db } from '../../database.js';
import { listed } from '../queries/rows.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Sent as JSON, hence snake_case. */
export interface NewLogLine {
  readonly job_id: string;
  readonly attempt: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly data?: unknown;
  readonly at: string;
}

/** Writes lines of any number of jobs in one statement. */
export async function insertLogs(db: Db, lines: readonly NewLogLine[]): Promise<void> {
  await db.query(
    `INSERT INTO {schema}.job_logs (job_id, level, message, data, attempt, created_at)
     SELECT job_id, level, message, data, attempt, at FROM json_to_recordset($1::json)
       AS l (job_id uuid, level text, message text, data jsonb, attempt integer, at timestamptz)`,
    [JSON.stringify(lines)],
  );
}

export interface JobLogEntry {
  readonly id: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly data: unknown;
  readonly attempt: number;
  readonly createdAt: Date;
}

export interface LogQuery {
  readonly jobId: string;
  readonly levels: readonly string[] | null;
  /** Lines after this one. */
  readonly after: string | null;
  readonly limit: number;
}

/** One page of a job's lines, oldest first. */
export async function listLogs(db: Db, query: LogQuery): Promise<readonly JobLogEntry[]> {
  const { rows } = await db.query<JobLogEntry & Record<string, unknown>>(
    `SELECT id, level, message, data, attempt, created_at AS "createdAt" FROM {schema}.job_logs
     WHERE job_id = $1 AND ($2::text[] IS NULL OR level = ANY($2)) AND id > coalesce($3::bigint, 0)
     ORDER BY id LIMIT $4`,
    [query.jobId, query.levels, query.after, query.limit],
  );
  return rows;
}

export interface ProgressUpdate {
  readonly id: string;
  readonly token: string;
  readonly progress: number;
  readonly note: string | null;
}

/** Writes the progress of jobs; nothing for lost claims. */
export async function updateProgress(db: Db, updates: readonly ProgressUpdate[]): Promise<void> {
  await db.query(
    `UPDATE {schema}.jobs j SET progress = u.progress, progress_note = u.note
     FROM json_to_recordset($1::json) AS u (id uuid, token uuid, progress real, note text)
     WHERE j.id = u.id AND j.completed_at IS NULL
       AND ${listed('u.id', 'u.token')}`,
    [JSON.stringify(updates)],
  );
}

/** Stores the checkpoint for the next attempt. False: the claim was lost and nothing was stored. */
export async function saveCheckpoint(db: Db, id: string, token: string, state: string): Promise<boolean> {
  const result = await db.query(
    `UPDATE {schema}.jobs SET checkpoint = $3::jsonb WHERE id = $1 AND completed_at IS NULL
       AND ${listed('$1', '$2')}`,
    [id, token, state],
  );
  return result.rowCount === 1;
}

/** Our claims that we no longer hold: cancelled, or rescued while we were considered dead. */
export async function findLostClaims(
  db: Db,
  ids: readonly string[],
  tokens: readonly string[],
): Promise<readonly { id: string; status: string | null }[]> {
  const { rows } = await db.query<{ id: string; status: string | null }>(
    `SELECT claim.id, j.status FROM unnest($1::uuid[], $2::uuid[]) AS claim (id, token)
     LEFT JOIN {schema}.jobs j ON j.id = claim.id
     WHERE j.id IS NULL OR j.completed_at IS NOT NULL
       OR NOT ${listed('claim.id', 'claim.token')}`,
    [ids, tokens],
  );
  return rows;
}
