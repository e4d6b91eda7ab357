// The time by which everything is judged.
import type { Queryable } from '../../database.js';

/** The database's clock, or the test's. */
export async function databaseNow(db: Queryable, now: Date | null): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('SELECT coalesce($1::timestamptz, now()) AS now', [now]);
  return (rows[0] as { now: Date }).now;
}
