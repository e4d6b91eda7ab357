// Records the start of a job before it runs, so that the death of its instance can be attributed to it.
import type { Db } from '../../database.js';

export interface NotedStart {
  /** An instance died earlier after a start of this job had been recorded. */
  readonly crash_proven: boolean;
}

// Fenced like a claim: declaring the instance dead waits for this statement, or this statement finds it dead.
const NOTE_START = `
WITH holder AS MATERIALIZED (
  SELECT i.id FROM {schema}.job_claims c JOIN {schema}.scheduler_instances i ON i.id = c.instance_id
  WHERE c.token = $2 AND $1 = ANY(c.job_ids) AND i.state IN ('alive', 'draining') FOR SHARE OF i
), held AS MATERIALIZED (
  SELECT j.id, coalesce(j.crash_proven, false) AS crash_proven FROM holder, {schema}.jobs j
  WHERE j.id = $1 AND j.completed_at IS NULL
), noted AS (
  UPDATE {schema}.job_claims c SET begun = array_append(c.begun, held.id) FROM held WHERE c.token = $2 RETURNING c.token
)
SELECT held.crash_proven FROM held, noted`;

/** Undefined: the claim was lost, and the job must not be run under it. */
export async function noteStart(db: Db, id: string, token: string): Promise<NotedStart | undefined> {
  const { rows } = await db.query<NotedStart & Record<string, unknown>>(NOTE_START, [id, token]);
  return rows[0];
}
