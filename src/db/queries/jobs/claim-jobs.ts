// Claim: takes due jobs lane by lane, each lane a slice of the ready index, so that the cost is what is taken.
// The statement itself is the function claim_jobs of migration 0015: it must look at the jobs after it has had its lock.
import type { Queryable } from '../../database.js';
import type { ClaimedJobRow } from './rows.js';

/** One slice of the ready index and how many to take from it. */
export interface LaneShare {
  readonly priority: number;
  readonly type: string;
  readonly bucket: number;
  /** Nothing before this time is looked at (microseconds since the epoch); null: from the beginning. */
  readonly floor: number | null;
  readonly take: number;
}

export interface ClaimJobs {
  readonly lanes: readonly LaneShare[];
  readonly instanceId: string;
  readonly token: string;
  readonly now: Date | null;
}

/**
 * Takes up to `take` due jobs of each lane for a living instance, fenced by one token for the whole claim. Answers
 * nothing when the instance has been declared dead. One round trip; the jobs' own rows are not written.
 */
export async function claimJobs(db: Queryable, claim: ClaimJobs): Promise<readonly ClaimedJobRow[]> {
  const { lanes } = claim;
  const { rows } = await db.query<ClaimedJobRow & Record<string, unknown>>(
    'SELECT * FROM {schema}.claim_jobs($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      lanes.map((lane) => lane.priority),
      lanes.map((lane) => lane.type),
      lanes.map((lane) => lane.bucket),
      lanes.map((lane) => lane.floor),
      lanes.map((lane) => lane.take),
      claim.instanceId,
      claim.token,
      claim.now,
    ],
  );
  return rows;
}

/** Until the end of the transaction nobody claims. */
export async function lockClaims(tx: Queryable): Promise<void> {
  await tx.query('SELECT {schema}.lock_job_claims()');
}
