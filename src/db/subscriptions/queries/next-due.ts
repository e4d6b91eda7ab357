// How long until something is to be done: the exact timer is set from what the database computed, not from our own clock. The
// statement itself is the function next_subscription_due of migration 0041.
import type { Db } from '../../database.js';

export interface NextDue {
  /** Milliseconds until the earliest row is due by the database's clock; 0 or less: there is work now; null: nothing is coming. */
  readonly ms: number | null;
  /** A pause has ended or a schedule has changed: that comes before any claim. */
  readonly upkeep: boolean;
}

/** `floor` steps over the dead entries at the head of the index. `now` is null but under a test's clock. */
export async function nextSubscriptionDue(db: Db, now: Date | null, floor: Date | null): Promise<NextDue> {
  const { rows } = await db.query<NextDue & Record<string, unknown>>(
    'SELECT ms, upkeep FROM {schema}.{rows}_next_due($1, $2)',
    [now, floor],
  );
  const { ms, upkeep } = rows[0] as NextDue;
  return { ms: ms === Infinity ? null : ms, upkeep };
}
