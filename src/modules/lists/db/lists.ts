// Lists for their users. Each query filters by owner, in addition to row-level security.
import type { Db } from '../../../scheduler/public.js';

/** `receiving` and `deleting` lists are hidden from users. */
export type ListStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
export type ListSource = 'members_api' | 'csv';
export type ListPriority = 'urgent' | 'high' | 'normal' | 'low';

export interface Owner {
  readonly userId: string;
  readonly workspaceId: string | null;
}

export interface BatchList {
  readonly id: string;
  readonly workspaceId: string | null;
  readonly userId: string;
  readonly name: string;
  readonly audience: string;
  readonly source: ListSource;
  readonly priority: ListPriority;
  readonly status: ListStatus;
  readonly jobId: string | null;
  readonly pages: number;
  readonly fetched: number;
  readonly total: number | null;
  readonly inserted: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly error: string | null;
  /** Members per second of the running attempt; null while there is none. */
  readonly ratePerS: number | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}
type Row = BatchList & Record<string, unknown>;

// counts are far below 2^53, so they are safe as numbers
export const LIST_COLUMNS = `id, workspace_id AS "workspaceId", user_id AS "userId", name, audience, source, priority, status, job_id AS "jobId",
  pages::float8, fetched::float8, total::float8, inserted::float8, duplicates::float8, invalid::float8, error,
  CASE WHEN status = 'running' THEN
    (fetched - attempt_fetched) / greatest(extract(epoch FROM clock_timestamp() - attempt_at)::float8, 0.001) END AS "ratePerS",
  created_at AS "createdAt", started_at AS "startedAt", completed_at AS "completedAt"`;
export const VISIBLE = `status NOT IN ('receiving', 'deleting')`;
/** With $1 the workspace and $2 the user. */
const OWN = `((workspace_id IS NOT NULL AND workspace_id = $1) OR (workspace_id IS NULL AND user_id = $2))`;

export interface NewList extends Owner {
  readonly id: string;
  readonly name: string;
  readonly audience: string;
  readonly source: ListSource;
  readonly priority: ListPriority;
  readonly status: 'queued' | 'receiving';
  readonly jobId: string | null;
}

export async function insertList(db: Db, list: NewList): Promise<BatchList> {
  const { rows } = await db.query<Row>(
    `INSERT INTO {schema}.batch_lists
       (id, workspace_id, user_id, name, audience, source, priority, status, job_id, started_at, attempt_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $8 = 'receiving' THEN now() END,
       CASE WHEN $8 = 'receiving' THEN now() END)
     RETURNING ${LIST_COLUMNS}`,
    [
      ...[list.id, list.workspaceId, list.userId, list.name, list.audience, list.source, list.priority, list.status],
      list.jobId,
    ],
  );
  return rows[0] as BatchList;
}

export async function setJob(db: Db, id: string, jobId: string): Promise<void> {
  await db.query(`UPDATE {schema}.batch_lists SET job_id = $2 WHERE id = $1`, [id, jobId]);
}

export async function findOwnList(db: Db, owner: Owner, id: string): Promise<BatchList | undefined> {
  const { rows } = await db.query<Row>(
    `SELECT ${LIST_COLUMNS} FROM {schema}.batch_lists WHERE ${OWN} AND id = $3 AND ${VISIBLE}`,
    [owner.workspaceId, owner.userId, id],
  );
  return rows[0];
}

export interface ListQuery {
  readonly status: ListStatus | null;
  readonly before: string | null;
  readonly limit: number;
}

/** One page, newest first: ids increase with time. Each branch has an index of its own. */
export async function listOwnLists(db: Db, owner: Owner, query: ListQuery): Promise<readonly BatchList[]> {
  const own = owner.workspaceId === null ? 'workspace_id IS NULL AND user_id = $2' : 'workspace_id = $1';
  const { rows } = await db.query<Row>(
    `SELECT ${LIST_COLUMNS} FROM {schema}.batch_lists
     WHERE ${own} AND ${OWN} AND ${VISIBLE} AND ($3::text IS NULL OR status = $3) AND ($4::uuid IS NULL OR id < $4)
     ORDER BY id DESC LIMIT $5`,
    [owner.workspaceId, owner.userId, query.status, query.before, query.limit],
  );
  return rows;
}

/**
 * Compare and set: undefined if the list does not belong to the owner or is in none of the states `from`. A running attempt is fenced off.
 */
export async function moveOwnList(
  db: Db,
  owner: Owner,
  id: string,
  move: { readonly from: readonly ListStatus[]; readonly to: ListStatus | 'deleting'; readonly jobId?: string },
): Promise<BatchList | undefined> {
  const { rows } = await db.query<Row>(
    `UPDATE {schema}.batch_lists SET status = $4, fence = fence + 1, updated_at = now(), job_id = coalesce($6, job_id),
       error = CASE WHEN $4 = 'queued' THEN NULL ELSE error END,
       completed_at = CASE WHEN $4 = 'queued' THEN NULL ELSE coalesce(completed_at, now()) END
     WHERE ${OWN} AND id = $3 AND status = ANY ($5::text[]) RETURNING ${LIST_COLUMNS}`,
    [owner.workspaceId, owner.userId, id, move.to, move.from, move.jobId ?? null],
  );
  return rows[0];
}
