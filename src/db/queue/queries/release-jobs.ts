// Releases claims: untouched by their holder, or from a dead holder, with a crash counted if its process died.
import type { Db } from '../../database.js';
import { withoutJobs } from './rows.js';

/** Releases jobs as if they had never been claimed, by removing them from their claims. They keep their order. */
export async function releaseJobs(db: Db, ids: readonly string[], tokens: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE {schema}.job_claims c
     SET ${withoutJobs('SELECT unnest($1::uuid[])')}
     WHERE c.token = ANY($2::uuid[])`,
    [ids, tokens],
  );
}

/** Deletes claims, which releases the jobs that they still list. For a holder that is not processing any of them. */
export async function forgetClaims(db: Db, tokens: readonly string[]): Promise<void> {
  await db.query('DELETE FROM {schema}.job_claims WHERE token = ANY($1::uuid[])', [tokens]);
}

/**
 * Removes ended jobs from claims of this instance that have been held for a while: otherwise a few slow jobs would keep long lists, which
 * every claim reads. Claims with fewer than `longerThan` jobs are not worth it.
 */
export async function shortenClaims(
  db: Db,
  instanceId: string,
  { olderThanS, longerThan }: { olderThanS: number; longerThan: number },
): Promise<void> {
  await db.query(
    `UPDATE {schema}.job_claims c
     SET job_ids = ARRAY(SELECT j.id FROM {schema}.jobs j WHERE j.id = ANY(c.job_ids) AND j.completed_at IS NULL)
     WHERE c.instance_id = $1 AND c.claimed_at < now() - $2 * interval '1 second' AND cardinality(c.job_ids) >= $3`,
    [instanceId, olderThanS, longerThan],
  );
}

const RESCUE = `
WITH orphan AS MATERIALIZED (
  -- a claim that is just being settled is left to the next rescue; its outcomes remain valid
  SELECT c.token, c.job_ids, c.begun, coalesce(i.state = 'dead' AND i.survived IS NOT TRUE, false) AS died
  FROM {schema}.job_claims c LEFT JOIN {schema}.scheduler_instances i ON i.id = c.instance_id
  WHERE c.instance_id = ANY($1::uuid[]) OR i.id IS NULL OR i.state NOT IN ('alive', 'draining')
  FOR UPDATE OF c SKIP LOCKED
), held AS MATERIALIZED (
  SELECT j.id, orphan.died, orphan.died AND coalesce(j.id = ANY(orphan.begun), false) AS proven
  FROM orphan CROSS JOIN unnest(orphan.job_ids) AS listed (id)
  JOIN {schema}.jobs j ON j.id = listed.id AND j.completed_at IS NULL
), forgotten AS (
  DELETE FROM {schema}.job_claims c USING orphan WHERE c.token = orphan.token
), counted AS (
  -- after a first death, all held jobs are suspects; after that, only recorded starts count
  UPDATE {schema}.jobs j
  SET crashes = CASE WHEN held.proven THEN j.crashes + 1 ELSE greatest(j.crashes, 1) END,
      crash_proven = CASE WHEN held.proven THEN true ELSE j.crash_proven END
  FROM held WHERE held.died AND j.id = held.id AND j.completed_at IS NULL
)
SELECT count(*)::integer AS n FROM held`;

/**
 * Releases the claims of these and of all other dead instances, and returns the number of jobs; the attempt does not count. If a process
 * died, a crash is counted by the rule of ADR 6.
 */
export async function rescueJobs(db: Db, goneInstances: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ n: number }>(RESCUE, [goneInstances]);
  return rows[0]?.n ?? 0;
}
