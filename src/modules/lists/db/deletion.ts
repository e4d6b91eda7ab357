// Deletes lists in batches: no transaction holds many rows, and an interrupted deletion can continue.
import type { Db } from '../../../scheduler/public.js';

const DELETED_AT_ONCE = 5_000;

/** Deletes up to `DELETED_AT_ONCE` rows of a list; 0 when none is left. */
export async function deleteRows(db: Db, listId: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `WITH members AS (
       DELETE FROM {schema}.batch_list_members m USING (
         SELECT email_key FROM {schema}.batch_list_members WHERE list_id = $1 ORDER BY email_key LIMIT ${DELETED_AT_ONCE}) old
       WHERE m.list_id = $1 AND m.email_key = old.email_key RETURNING 1
     ), rejects AS (
       DELETE FROM {schema}.batch_list_rejects r USING (
         SELECT id FROM {schema}.batch_list_rejects WHERE list_id = $1 ORDER BY id LIMIT ${DELETED_AT_ONCE}) old
       WHERE r.list_id = $1 AND r.id = old.id RETURNING 1
     ) SELECT ((SELECT count(*) FROM members) + (SELECT count(*) FROM rejects))::integer AS n`,
    [listId],
  );
  return rows[0]?.n ?? 0;
}

export async function deleteListRow(db: Db, listId: string): Promise<void> {
  await db.query(`DELETE FROM {schema}.batch_lists WHERE id = $1 AND status = 'deleting'`, [listId]);
}

/** From now on nothing is stored for it and it is hidden. */
export async function markDeleting(db: Db, listId: string): Promise<void> {
  await db.query(
    `UPDATE {schema}.batch_lists SET status = 'deleting', fence = fence + 1, updated_at = now() WHERE id = $1`,
    [listId],
  );
}

/**
 * Marks abandoned lists for deletion: uploads without progress for `silentS`, and lists that ended more than `keepDays` ago (null: kept).
 * Returns every list that must be deleted and has not been updated for a minute.
 */
export async function findLeftovers(
  db: Db,
  { silentS, keepDays }: { readonly silentS: number; readonly keepDays: number | null },
): Promise<readonly string[]> {
  await db.query(
    `UPDATE {schema}.batch_lists SET status = 'deleting', fence = fence + 1, updated_at = now() - interval '2 minutes'
     WHERE id IN (
       SELECT id FROM {schema}.batch_lists WHERE status = 'receiving' AND updated_at < now() - $1 * interval '1 second'
       UNION ALL
       (SELECT id FROM {schema}.batch_lists WHERE $2::integer IS NOT NULL AND completed_at < now() - $2 * interval '1 day'
          AND status IN ('completed', 'failed', 'cancelled') LIMIT 100))`,
    [silentS, keepDays],
  );
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM {schema}.batch_lists WHERE status = 'deleting' AND updated_at < now() - interval '1 minute' LIMIT 100`,
  );
  return rows.map(({ id }) => id);
}
