// Giving claims back: by their holder, untouched; or from a holder that is gone, with a crash counted where its process died.
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
  SELECT c.token, c.job_ids, c.begun, coalesce(i.state = 'dead' AND i.survived IS NOT TRUE, false) AS died
  FROM {schema}.job_claims c LEFT JOIN {schema}.scheduler_instances i ON i.id = c.instance_id
  WHERE c.instance_id = ANY($1::uuid[]) OR i.id IS NULL OR i.state NOT IN ('alive', 'draining')
), held AS MATERIALIZED (
  SELECT j.id, orphan.token, orphan.died, coalesce(j.id = ANY(orphan.begun), false) AS begun
  FROM orphan CROSS JOIN unnest(orphan.job_ids) AS claimed (id)
  JOIN {schema}.jobs j ON j.id = claimed.id AND j.claim_token = orphan.token
), free AS MATERIALIZED (
  SELECT j.id, held.died, held.died AND held.begun AS proven
  FROM {schema}.jobs j JOIN held ON j.id = held.id AND j.claim_token = held.token
  FOR NO KEY UPDATE OF j SKIP LOCKED
), forgotten AS (
  -- a claim with a job that is being settled just now is kept: should that settlement fail, the next rescue finds it
  DELETE FROM {schema}.job_claims c USING orphan
  WHERE c.token = orphan.token AND NOT EXISTS (
    SELECT FROM held WHERE held.token = orphan.token AND held.id NOT IN (SELECT id FROM free))
)
UPDATE {schema}.jobs j
SET status = 'pending', attempt = j.attempt - 1, claimed_by = NULL, claim_token = NULL,
  -- a first death makes a suspect of all that was in hand; after that only a start that was written down counts
  crashes = CASE WHEN free.proven THEN j.crashes + 1 WHEN free.died THEN greatest(j.crashes, 1) ELSE j.crashes END,
  crash_proven = CASE WHEN free.proven THEN true ELSE j.crash_proven END
FROM free WHERE j.id = free.id`;

/**
 * Takes the claims of these and of all other instances that are gone back; the attempt does not count. Where a process
 * died, a crash is counted by the rule of ADR 6. A job that is being settled at this moment is skipped: its end stands.
 */
export async function rescueJobs(db: Queryable, goneInstances: readonly string[]): Promise<number> {
  const result = await db.query(RESCUE, [goneInstances]);
  return result.rowCount ?? 0;
}
