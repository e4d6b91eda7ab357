// The fair claim, for when more is due than one chunk: an equal share from each bucket of tenants that has work.
import type { Db } from '../../database.js';
import { CLAIMABLE, claimStatement, NOW, REGULAR } from './claim-statement.js';
import type { ClaimDue } from './claim-due.js';
import type { ClaimedRow } from './claimed-row.js';

const DUE_OF_BUCKET = `p.runnable AND p.bucket = b.bucket AND NOT p.stale AND p.status IN ${CLAIMABLE}
     AND p.next_run_at <= ${NOW}
     AND p.next_run_at >= coalesce($4::timestamptz, '-infinity')
     AND coalesce(p.scheduled_for, p.next_run_at) <= coalesce($5::timestamptz, 'infinity')`;

// Buckets come in random order: shares are cut off at the limit, and a fixed order would starve the last for ever.
const CLAIM_FAIR = claimStatement(
  `
  SELECT share.* FROM busy b
   CROSS JOIN LATERAL (
     SELECT ${REGULAR} FROM subscription_processing p WHERE ${DUE_OF_BUCKET}
      ORDER BY p.next_run_at LIMIT (SELECT ceil($3::float8 / greatest(count(*), 1))::bigint FROM busy)
      FOR NO KEY UPDATE OF p SKIP LOCKED) share
   LIMIT $3`,
  {
    before: `busy AS MATERIALIZED (
    SELECT b.bucket FROM generate_series(0, 63) AS b (bucket)
     WHERE EXISTS (SELECT FROM alive)
       AND EXISTS (SELECT FROM subscription_processing p WHERE ${DUE_OF_BUCKET})
     ORDER BY random()
  ),`,
  },
);

/** Up to `limit` due rows in equal shares; fewer when a bucket has less than its share, so claim again at once. */
export async function claimDueFairly(db: Db, claim: ClaimDue): Promise<ClaimedRow[]> {
  const values = [claim.instanceId, claim.now, claim.limit, claim.floor, claim.nominalUntil];
  const { rows } = await db.query<ClaimedRow>(CLAIM_FAIR, values);
  return rows;
}
