// Ends expired pauses; the trigger on subscriptions makes their rows runnable again.
import type { Db } from '../../database.js';

const WAKE = `
WITH over AS MATERIALIZED (
  SELECT ctid AS tid FROM {entities} WHERE paused_until <= coalesce($1::timestamptz, now())
   ORDER BY paused_until LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE {entities} s SET paused_until = NULL FROM over WHERE s.ctid = over.tid`;

/** Returns how many pauses were ended; if that equals `limit`, there may be more. */
export async function wakePausedSubscriptions(db: Db, now: Date | null, limit: number): Promise<number> {
  const { rowCount } = await db.query(WAKE, [now, limit]);
  return rowCount ?? 0;
}
