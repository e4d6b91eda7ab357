// The current time, for everything that the database decides.
import type { Db } from '../../../database.js';

/** The database's clock, or the test's. */
export async function databaseNow(db: Db, now: Date | null): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('SELECT coalesce($1::timestamptz, now()) AS now', [now]);
  return (rows[0] as { now: Date }).now;
}
