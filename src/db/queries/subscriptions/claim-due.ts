// The plain claim: what is due, the earliest first, in one scan of the due index.
import type { Db } from '../../database.js';
import { CLAIMABLE, claimStatement, NOW, REGULAR } from './claim-statement.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';

export interface ClaimDue extends ClaimBy {
  /** Nothing due before this is looked at, which steps over the dead entries at the head of the index. Null: look at all. */
  readonly floor: Date | null;
  /** Only occurrences whose nominal time is not after this: what was due when a trigger was called. Null: all. */
  readonly nominalUntil: Date | null;
}

const CLAIM_DUE = claimStatement(`
  SELECT ${REGULAR} FROM subscription_processing p
   WHERE EXISTS (SELECT FROM alive)
     AND p.runnable AND NOT p.stale AND p.status IN ${CLAIMABLE}
     AND p.next_run_at <= ${NOW}
     AND p.next_run_at >= coalesce($4::timestamptz, '-infinity')
     AND coalesce(p.scheduled_for, p.next_run_at) <= coalesce($5::timestamptz, 'infinity')
   ORDER BY p.next_run_at LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`);

/** Up to `limit` due rows, each claimed with a fresh token. */
export async function claimDueSubscriptions(db: Db, claim: ClaimDue): Promise<ClaimedRow[]> {
  const values = [claim.instanceId, claim.now, claim.limit, claim.floor, claim.nominalUntil];
  const { rows } = await db.query<ClaimedRow>(CLAIM_DUE, values);
  return rows;
}

// NULL sorts last in the due index, so this reads its end; OR-ed into the statement above it would read everything.
const CLAIM_UNSCHEDULED = claimStatement(`
  SELECT ${REGULAR} FROM subscription_processing p
   WHERE EXISTS (SELECT FROM alive)
     AND p.runnable AND NOT p.stale AND p.status IN ('pending', 'failed') AND p.next_run_at IS NULL
   LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`);

/** Rows that have no next run yet and are due at once for it. */
export async function claimUnscheduledSubscriptions(db: Db, claim: ClaimBy): Promise<ClaimedRow[]> {
  const { rows } = await db.query<ClaimedRow>(CLAIM_UNSCHEDULED, [claim.instanceId, claim.now, claim.limit]);
  return rows;
}
