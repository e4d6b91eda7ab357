// Lists for operators: of all users and workspaces.
import type { Db } from '../../../scheduler/public.js';
import { LIST_COLUMNS, VISIBLE, type BatchList, type ListQuery } from './lists.js';

type Row = BatchList & Record<string, unknown>;

export interface AllListsQuery extends ListQuery {
  readonly workspaceId: string | null;
  readonly userId: string | null;
}

/** One page, newest first: ids increase with time. */
export async function listAllLists(db: Db, query: AllListsQuery): Promise<readonly BatchList[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${LIST_COLUMNS} FROM {schema}.batch_lists
     WHERE ${VISIBLE} AND ($1::text IS NULL OR workspace_id = $1) AND ($2::text IS NULL OR user_id = $2)
       AND ($3::text IS NULL OR status = $3) AND ($4::uuid IS NULL OR id < $4)
     ORDER BY id DESC LIMIT $5`,
    [query.workspaceId, query.userId, query.status, query.before, query.limit],
  );
  return rows;
}

export async function findAnyList(db: Db, id: string): Promise<BatchList | undefined> {
  const { rows } = await db.query<Row>(
    `SELECT ${LIST_COLUMNS} FROM {schema}.batch_lists WHERE id = $1 AND ${VISIBLE}`,
    [id],
  );
  return rows[0];
}

/** The reasons of a list's rejects, the most frequent first: they are few, and their rows at most 100,000. */
export async function countRejects(
  db: Db,
  listId: string,
): Promise<readonly { readonly reason: string; readonly count: number }[]> {
  const { rows } = await db.query<{ reason: string; count: number }>(
    `SELECT reason, count(*)::integer AS count FROM {schema}.batch_list_rejects WHERE list_id = $1
     GROUP BY reason ORDER BY count DESC, reason LIMIT 100`,
    [listId],
  );
  return rows;
}
