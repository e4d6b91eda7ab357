// The plain claim: due rows, the earliest first, in one scan of the due index, then rows without a next run. The statement itself is the
// function claim_due_subscriptions of migration 0041.
import type { Db } from '../../database.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';

export interface ClaimDue extends ClaimBy {
  /** Only occurrences whose nominal time is not after this: what was due when a trigger was called. Null: all. */
  readonly nominalUntil: Date | null;
}

export interface DueClaims {
  readonly rows: readonly ClaimedRow[];
  /** There was at least one more. */
  readonly more: boolean;
}

/** Up to `limit` due rows, and rows that have no next run yet and are due at once for it; each claimed with a fresh token. */
export async function claimDueSubscriptions(db: Db, claim: ClaimDue): Promise<DueClaims> {
  const { rows } = await db.query<ClaimedRow & { more: boolean }>(
    'SELECT * FROM {schema}.{rows}_claim_due($1, $2, $3, $4)',
    [claim.instanceId, claim.now, claim.limit, claim.nominalUntil],
  );
  return { rows, more: rows[0]?.more ?? false };
}
