// The plain claim: due rows, the earliest first, in one scan of the due index, then rows without a next run. The statement itself is a
// function (functions/claim_due.sql).
import type { Db } from '../../database.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';

export interface ClaimDue extends ClaimBy {
  /** Only occurrences whose nominal time is not after this, for example those that were due when a trigger was called. Null: all. */
  readonly nominalUntil: Date | null;
}

export interface DueClaims {
  readonly rows: readonly ClaimedRow[];
  /** There was at least one more row to claim. */
  readonly more: boolean;
}

/** Claims up to `limit` rows that are due, or have no next run yet and are therefore due at once; each with a new token. */
export async function claimDueSubscriptions(db: Db, claim: ClaimDue): Promise<DueClaims> {
  const { rows } = await db.query<ClaimedRow & { more: boolean }>(
    'SELECT * FROM {schema}.{rows}_claim_due($1, $2, $3, $4)',
    [claim.instanceId, claim.now, claim.limit, claim.nominalUntil],
  );
  return { rows, more: rows[0]?.more ?? false };
}
