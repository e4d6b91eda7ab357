// Retention of modules' tables: the oldest rows first, a small batch at a time.
import type { Db } from '../../../database.js';

export interface OldRows {
  /** Plain identifiers, checked when the module was defined. */
  readonly table: string;
  readonly column: string;
  readonly keepDays: number;
}

/** Deletes up to `batch` rows older than `keepDays` and returns how many it deleted. */
export async function deleteOldRows(db: Db, { table, column, keepDays }: OldRows, batch: number): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM {schema}."${table}" WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM {schema}."${table}"
        WHERE "${column}" < now() - $1 * interval '1 day' ORDER BY "${column}" LIMIT $2))`,
    [keepDays, batch],
  );
  return rowCount ?? 0;
}
