// Claim: takes due jobs lane by lane, each lane a slice of the ready index, so that the cost is what is taken.
import type { Queryable } from '../../database.js';
import type { ClaimedJobRow } from './rows.js';

/** One slice of the ready index and how many to take from it. */
export interface LaneShare {
  readonly priority: number;
  readonly type: string;
  readonly bucket: number;
  /** Nothing before this time is looked at (milliseconds since the epoch); null: from the beginning. */
  readonly floor: number | null;
  readonly take: number;
}

export interface ClaimJobs {
  readonly lanes: readonly LaneShare[];
  readonly instanceId: string;
  readonly token: string;
  readonly now: Date | null;
}

const CLAIM = `
WITH me AS MATERIALIZED (
  -- a claim need not wait for the disk: one that a crash of the database forgets was held by a session that the same crash
  -- ended, and the end of a job, which does wait, cannot be on disk before its claim is
  SELECT id, set_config('synchronous_commit', 'off', true) FROM {schema}.scheduler_instances
  WHERE id = $6 AND state = 'alive' FOR SHARE
), picked AS MATERIALIZED (
  SELECT job.tid, share.lane
  FROM me, unnest($1::smallint[], $2::text[], $3::smallint[], $4::float8[], $5::integer[])
    WITH ORDINALITY AS share (priority, type, bucket, floor_ms, take, lane)
  CROSS JOIN LATERAL (
    SELECT j.ctid AS tid FROM {schema}.jobs j
    WHERE j.completed_at IS NULL AND NOT j.blocked
      AND j.priority = share.priority AND j.type = share.type AND j.bucket = share.bucket
      AND j.run_at <= coalesce($8::timestamptz, now())
      AND j.run_at >= coalesce(to_timestamp(share.floor_ms / 1000), '-infinity')
      AND j.claimed_by IS NULL
    ORDER BY j.run_at LIMIT share.take FOR NO KEY UPDATE SKIP LOCKED
  ) job
), claimed AS (
  UPDATE {schema}.jobs j
  SET status = 'processing', claimed_by = $6, claim_token = $7, attempt = j.attempt + 1,
      started_at = coalesce($8::timestamptz, now())
  FROM picked WHERE j.ctid = picked.tid
  RETURNING j.id, picked.lane::integer AS lane, j.type, j.payload, j.attempt, j.max_attempts, j.crashes, j.tenant_id,
    j.workspace_id, j.user_id, j.timeout_ms, (extract(epoch FROM j.scheduled_for) * 1000)::float8 AS scheduled_for,
    (extract(epoch FROM j.run_at) * 1000)::float8 AS run_at, j.checkpoint, j.unique_key,
    j.schedule IS NOT NULL AS recurring
), noted AS (
  INSERT INTO {schema}.job_claims (token, instance_id, job_ids)
  SELECT $7, $6, array_agg(id) FROM claimed HAVING count(*) > 0
)
SELECT * FROM claimed ORDER BY lane, run_at`;

/**
 * Takes up to `take` due jobs of each lane for a living instance, fenced by one token for the whole claim. Answers
 * nothing when the instance has been declared dead.
 */
export async function claimJobs(db: Queryable, claim: ClaimJobs): Promise<readonly ClaimedJobRow[]> {
  const { lanes } = claim;
  const { rows } = await db.query<ClaimedJobRow & Record<string, unknown>>(CLAIM, [
    lanes.map((lane) => lane.priority),
    lanes.map((lane) => lane.type),
    lanes.map((lane) => lane.bucket),
    lanes.map((lane) => lane.floor),
    lanes.map((lane) => lane.take),
    claim.instanceId,
    claim.token,
    claim.now,
  ]);
  return rows;
}
