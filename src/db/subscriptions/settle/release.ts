// Releases claims as if they had never been taken: due at once for every instance.
import type { Db } from '../../database.js';

export interface ReleasedClaim {
  readonly subscriptionId: string;
  readonly claimToken: string;
  readonly wasStatus: string;
  /** The value to restore in scheduled_for; the nominal time if a misfire plan or an earlier attempt has determined it. */
  readonly scheduledForMs: number | null;
  /** True for an extra occurrence that was created by this claim: it is removed. */
  readonly undoExtra: boolean;
}

const RELEASE = `
UPDATE {processing} p SET
  status = o.status, claimed_by = NULL, claim_token = NULL, attempt = greatest(p.attempt - 1, 0),
  scheduled_for = CASE WHEN o.undo THEN p.resume_for ELSE to_timestamp(o.scheduled_for / 1000::float8) END,
  next_run_at = CASE WHEN o.undo THEN nullif(p.resume_at, 'infinity') ELSE p.next_run_at END,
  resume_at = CASE WHEN o.undo THEN NULL ELSE p.resume_at END,
  resume_for = CASE WHEN o.undo THEN NULL ELSE p.resume_for END,
  updated_at = coalesce($6::timestamptz, now())
 FROM unnest($1::{schema}.{rows}_key[], $2::uuid[], $3::text[], $4::float8[], $5::boolean[])
   AS o (subscription_id, claim_token, status, scheduled_for, undo)
WHERE p.subscription_id = o.subscription_id AND p.claim_token = o.claim_token`;

/** Claims that are no longer ours are not changed. */
export async function releaseSubscriptions(db: Db, claims: readonly ReleasedClaim[], now: Date | null): Promise<void> {
  await db.query(RELEASE, [
    claims.map(({ subscriptionId }) => subscriptionId),
    claims.map(({ claimToken }) => claimToken),
    claims.map(({ wasStatus }) => wasStatus),
    claims.map(({ scheduledForMs }) => scheduledForMs),
    claims.map(({ undoExtra }) => undoExtra),
    now,
  ]);
}
