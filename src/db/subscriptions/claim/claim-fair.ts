// The fair claim, if more than one chunk is due: an equal share from each bucket of tenants that has work.
import type { Db } from '../../database.js';
import { CLAIMABLE, claimStatement, NOW, REGULAR } from './claim-statement.js';
import type { ClaimDue } from './claim-due.js';
import type { ClaimBy, ClaimedRow } from './claimed-row.js';

const dueOfBucket = (now: string, floor: string, until: string): string =>
  `p.runnable AND p.bucket = b.bucket AND NOT p.stale AND p.status::text IN ${CLAIMABLE}
     AND p.next_run_at <= ${now}
     AND p.next_run_at >= coalesce(${floor}::timestamptz, '-infinity')
     AND coalesce(p.scheduled_for, p.next_run_at) <= coalesce(${until}::timestamptz, 'infinity')`;

const BUSY_BUCKETS = `
  SELECT b.bucket FROM generate_series(0, 63) AS b (bucket)
   WHERE EXISTS (
     SELECT FROM {processing} p
      WHERE ${dueOfBucket('coalesce($1::timestamptz, now())', '$2', '$3')})`;

/** Buckets with due rows. */
export async function busyBuckets(db: Db, claim: Pick<ClaimFair, 'now' | 'floor' | 'nominalUntil'>): Promise<number[]> {
  const { rows } = await db.query<{ bucket: number }>(BUSY_BUCKETS, [claim.now, claim.floor, claim.nominalUntil]);
  return rows.map(({ bucket }) => bucket);
}

// Buckets are in random order: shares are cut off at the limit, and a fixed order would always starve the last bucket.
const CLAIM_FAIR = claimStatement(`
  SELECT share.* FROM (SELECT bucket FROM unnest($6::int[]) AS busy (bucket) ORDER BY random()) b
   CROSS JOIN LATERAL (
     SELECT ${REGULAR} FROM {processing} p
      WHERE EXISTS (SELECT FROM alive) AND ${dueOfBucket(NOW, '$4', '$5')}
      ORDER BY p.next_run_at LIMIT $7
      FOR NO KEY UPDATE OF p SKIP LOCKED) share
   LIMIT $3`);

export interface ClaimFair extends ClaimDue {
  /** Due times before this are not read, which skips the dead entries at the head of the index. Null: all are read. */
  readonly floor: Date | null;
  /** The buckets from which equal shares are taken. */
  readonly buckets: readonly number[];
}

// Rows that the host inserted without a next run are not in the order of due rows.
const CLAIM_UNSCHEDULED = claimStatement(`
  SELECT ${REGULAR} FROM {processing} p
   WHERE EXISTS (SELECT FROM alive) AND p.runnable AND NOT p.stale AND p.status::text IN ('pending', 'failed') AND p.next_run_at IS NULL
   LIMIT $3
   FOR NO KEY UPDATE OF p SKIP LOCKED`);

/** Claims up to `limit` rows that have no next run yet. */
export async function claimUnscheduled(db: Db, { instanceId, now, limit }: ClaimBy): Promise<ClaimedRow[]> {
  return (await db.query<ClaimedRow>(CLAIM_UNSCHEDULED, [instanceId, now, limit])).rows;
}

/** Claims up to `limit` due rows in equal shares. Fewer if a bucket has less than its share; then find the busy buckets and claim again. */
export async function claimDueFairly(db: Db, claim: ClaimFair): Promise<ClaimedRow[]> {
  const { buckets, limit } = claim;
  const share = Math.ceil(limit / Math.max(1, buckets.length));
  const values = [claim.instanceId, claim.now, limit, claim.floor, claim.nominalUntil, buckets, share];
  const { rows } = await db.query<ClaimedRow>(CLAIM_FAIR, values);
  return rows;
}
