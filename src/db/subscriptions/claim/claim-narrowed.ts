// Claims for a trigger that names subscriptions, a user, a tenant or a frequency; and the extra occurrences of `force`.
import type { Db } from '../../database.js';
import { CLAIMABLE, claimStatement, NOW, REGULAR } from './claim-statement.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';
import { type Narrowing, narrowingSql } from './narrowing.js';

export interface ClaimNarrowed extends ClaimBy {
  readonly narrowing: Narrowing;
  readonly nominalUntil: Date | null;
}

const due = (narrowing: string): string =>
  claimStatement(`
  SELECT ${REGULAR} FROM {processing} p JOIN {entities} s ON s.id = p.subscription_id
   WHERE EXISTS (SELECT FROM alive)
     AND p.runnable AND NOT p.stale
     AND (p.status::text IN ${CLAIMABLE} AND p.next_run_at <= ${NOW} OR p.status::text IN ('pending', 'failed') AND p.next_run_at IS NULL)
     AND coalesce(p.scheduled_for, p.next_run_at, '-infinity') <= coalesce($4::timestamptz, 'infinity')
     ${narrowing}
   ORDER BY p.next_run_at LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`);

/** Claims due rows that match the filter. */
export async function claimNarrowed(db: Db, claim: ClaimNarrowed): Promise<ClaimedRow[]> {
  const { sql, values } = narrowingSql(claim.narrowing, 5);
  const fixed = [claim.instanceId, claim.now, claim.limit, claim.nominalUntil];
  const { rows } = await db.query<ClaimedRow>(due(sql), [...fixed, ...values]);
  return rows;
}

export interface ClaimExtra extends ClaimBy {
  readonly narrowing: Narrowing;
  /** Continues after this subscription; null at the beginning. Each subscription gets one extra occurrence per trigger. */
  readonly afterId: string | null;
}

// A row that waits for a retry is retried now. Any other row gets an extra occurrence at the present time; its regular one does not change.
const extra = (narrowing: string): string =>
  claimStatement(
    `
  SELECT p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
         p.next_run_at AS due_at, ${NOW} AS next_at,
         CASE WHEN p.attempt = 0 THEN p.next_run_at ELSE p.resume_at END AS resume_at,
         CASE WHEN p.attempt = 0 THEN p.scheduled_for ELSE p.resume_for END AS resume_for,
         CASE WHEN p.attempt = 0 THEN date_trunc('milliseconds', ${NOW}) ELSE p.scheduled_for END AS nominal
    FROM {processing} p JOIN {entities} s ON s.id = p.subscription_id
   WHERE EXISTS (SELECT FROM alive)
     AND p.runnable AND NOT p.stale AND p.status::text IN ${CLAIMABLE} AND p.next_run_at > ${NOW}
     AND ($4::{schema}.{rows}_key IS NULL OR s.id > $4::{schema}.{rows}_key)
     ${narrowing}
   ORDER BY s.id LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`,
    {
      returning:
        ', p.subscription_id = (SELECT subscription_id FROM picked ORDER BY subscription_id DESC LIMIT 1) AS last',
    },
  );

/**
 * Claims one extra occurrence at the present time for each active subscription that matches the filter and is not due. Continue after
 * `lastId`; only the database knows which id is the last in its order.
 */
export async function claimExtraOccurrences(
  db: Db,
  claim: ClaimExtra,
): Promise<{ rows: ClaimedRow[]; lastId: string | null }> {
  const { sql, values } = narrowingSql(claim.narrowing, 5);
  const fixed = [claim.instanceId, claim.now, claim.limit, claim.afterId];
  const { rows } = await db.query<ClaimedRow & { last: boolean }>(extra(sql), [...fixed, ...values]);
  return { rows, lastId: rows.find(({ last }) => last)?.subscriptionId ?? claim.afterId };
}
