// Giving claims back: by their holder, untouched; or from a dead holder, counted as a crash.
import type { Queryable } from '../../database.js';

/** Puts claims back as if they had never been taken; they keep their place. Claims lost meanwhile are left alone. */
export async function releaseJobs(db: Queryable, ids: readonly string[], tokens: readonly string[]): Promise<number> {
  const result = await db.query(
    `UPDATE {schema}.jobs j
     SET status = CASE WHEN j.attempt > 1 AND j.error_message IS NOT NULL THEN 'failed' ELSE 'pending' END,
         attempt = j.attempt - 1, claimed_by = NULL, claim_token = NULL
     FROM unnest($1::uuid[], $2::uuid[]) AS claim (id, token)
     WHERE j.id = claim.id AND j.claim_token = claim.token`,
    [ids, tokens],
  );
  return result.rowCount ?? 0;
}

/** Forgets what claims took, once nothing of them is in hand any more. */
export async function forgetClaims(db: Queryable, tokens: readonly string[]): Promise<void> {
  await db.query('DELETE FROM {schema}.job_claims WHERE token = ANY($1::uuid[])', [tokens]);
}

/** Gives everything back that these claims still hold. For a holder that knows it works on none of it. */
export async function releaseClaims(db: Queryable, tokens: readonly string[]): Promise<number> {
  const result = await db.query(
    `WITH gone AS (
       DELETE FROM {schema}.job_claims WHERE token = ANY($1::uuid[]) RETURNING token, job_ids
     )
     UPDATE {schema}.jobs j SET status = 'pending', attempt = j.attempt - 1, claimed_by = NULL, claim_token = NULL
     FROM gone, unnest(gone.job_ids) AS claimed (id)
     WHERE j.id = claimed.id AND j.claim_token = gone.token`,
    [tokens],
  );
  return result.rowCount ?? 0;
}

const RESCUE = `
WITH orphan AS MATERIALIZED (
  SELECT c.token, c.job_ids FROM {schema}.job_claims c
  WHERE c.instance_id = ANY($1::uuid[]) OR NOT EXISTS (
    SELECT FROM {schema}.scheduler_instances i WHERE i.id = c.instance_id AND i.state IN ('alive', 'draining'))
), held AS MATERIALIZED (
  SELECT j.id, orphan.token FROM orphan CROSS JOIN unnest(orphan.job_ids) AS claimed (id)
  JOIN {schema}.jobs j ON j.id = claimed.id AND j.claim_token = orphan.token
), free AS MATERIALIZED (
  SELECT j.id FROM {schema}.jobs j JOIN held ON j.id = held.id AND j.claim_token = held.token
  FOR NO KEY UPDATE OF j SKIP LOCKED
), forgotten AS (
  -- a claim with a job that is being settled just now is kept: should that settlement fail, the next rescue finds it
  DELETE FROM {schema}.job_claims c USING orphan
  WHERE c.token = orphan.token AND NOT EXISTS (
    SELECT FROM held WHERE held.token = orphan.token AND held.id NOT IN (SELECT id FROM free))
)
UPDATE {schema}.jobs j
SET status = 'pending', attempt = j.attempt - 1, crashes = j.crashes + 1, claimed_by = NULL, claim_token = NULL
FROM free WHERE j.id = free.id`;

/**
 * Takes the claims of these and of all other dead instances back: the attempt does not count, the crash does. A job that
 * is being settled at this moment is skipped: its end stands.
 */
export async function rescueJobs(db: Queryable, deadInstances: readonly string[]): Promise<number> {
  const result = await db.query(RESCUE, [deadInstances]);
  return result.rowCount ?? 0;
}
