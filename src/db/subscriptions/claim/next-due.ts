// The time until there is work. It is computed by the database, so that the exact timer does not depend on our own clock. The statement
// itself is a function (functions/next_due.sql).
import type { Db } from '../../database.js';

export interface NextDue {
  /** Milliseconds until the earliest row is due, by the database's clock; 0 or less: there is work now; null: no work is coming. */
  readonly ms: number | null;
  /** A pause has ended or a schedule has changed, which must be processed before any claim. */
  readonly upkeep: boolean;
}

/** `floor` skips the dead entries at the head of the index. `now` is null except with a test's clock. */
export async function nextSubscriptionDue(db: Db, now: Date | null, floor: Date | null): Promise<NextDue> {
  const { rows } = await db.query<NextDue & Record<string, unknown>>(
    'SELECT ms, upkeep FROM {schema}.{rows}_next_due($1, $2)',
    [now, floor],
  );
  const { ms, upkeep } = rows[0] as NextDue;
  return { ms: ms === Infinity ? null : ms, upkeep };
}
