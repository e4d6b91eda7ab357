// When a row schedule next has work, and a summary of its state.
import type { Db } from '../../database.js';
import type { RowStatements } from '../row-statements.js';

/** Milliseconds until then by the database's clock; 0 or less: now; null: no work is coming. */
export async function nextRowDue(db: Db, { nextDue }: RowStatements, now: Date | null): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null; unplanned: boolean }>(nextDue, [now]);
  const { ms, unplanned } = rows[0] as { ms: number | null; unplanned: boolean };
  if (unplanned) return 0;
  return ms === Infinity ? null : ms;
}

export interface RowCounts {
  /** Counted up to the cap, like the next two fields. */
  readonly due: number;
  readonly unplanned: number;
  readonly suspended: number;
  readonly nextDueMs: number | null;
  readonly nowMs: number;
}

export async function countRows(db: Db, { counts }: RowStatements, now: Date | null, cap: number): Promise<RowCounts> {
  return (await db.query<RowCounts & Record<string, unknown>>(counts, [now, cap])).rows[0] as RowCounts;
}

export async function suspendedRows(
  db: Db,
  { suspended }: RowStatements,
  limit: number,
): Promise<readonly { readonly key: string; readonly error: string | null }[]> {
  return (await db.query<{ key: string; error: string | null }>(suspended, [limit])).rows;
}
