// The plain claim: what is due, the earliest first, in one scan of the due index, and then what has no next run yet.
import type { Db } from '../../database.js';
import { CLAIMABLE, claimStatement, NOW, REGULAR } from './claim-statement.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';

export interface ClaimDue extends ClaimBy {
  /** Only occurrences whose nominal time is not after this: what was due when a trigger was called. Null: all. */
  readonly nominalUntil: Date | null;
}

// NULL sorts last in the due index, so what has no next run is read at its end, and only when the rest leaves room; OR-ed into
// one pick, it would read everything. One row more than the limit is looked at, to know whether another claim is worth its while.
const CLAIM_DUE = claimStatement(
  'SELECT * FROM (SELECT * FROM due UNION ALL SELECT * FROM unscheduled) AS found LIMIT $3',
  {
    before: `due AS MATERIALIZED (
  SELECT ${REGULAR} FROM subscription_processing p
   WHERE EXISTS (SELECT FROM alive)
     AND p.runnable AND NOT p.stale AND p.status IN ${CLAIMABLE}
     AND p.next_run_at <= ${NOW}
     AND coalesce(p.scheduled_for, p.next_run_at) <= coalesce($4::timestamptz, 'infinity')
   ORDER BY p.next_run_at LIMIT $3 + 1
   FOR NO KEY UPDATE OF p SKIP LOCKED
), unscheduled AS MATERIALIZED (
  SELECT ${REGULAR} FROM subscription_processing p
   WHERE EXISTS (SELECT FROM alive)
     AND p.runnable AND NOT p.stale AND p.status IN ('pending', 'failed') AND p.next_run_at IS NULL
   LIMIT $3 + 1 - (SELECT count(*) FROM due)
   FOR NO KEY UPDATE OF p SKIP LOCKED
),`,
    returning: ', (SELECT count(*) FROM due) + (SELECT count(*) FROM unscheduled) > $3 AS more',
  },
);

export interface DueClaims {
  readonly rows: readonly ClaimedRow[];
  /** There was at least one more to be had. */
  readonly more: boolean;
}

/** Up to `limit` due rows, and rows that have no next run yet and are due at once for it; each claimed with a fresh token. */
export async function claimDueSubscriptions(db: Db, claim: ClaimDue): Promise<DueClaims> {
  const values = [claim.instanceId, claim.now, claim.limit, claim.nominalUntil];
  const { rows } = await db.query<ClaimedRow & { more: boolean }>(CLAIM_DUE, values);
  return { rows, more: rows[0]?.more ?? false };
}
