// Settling the common case: plain jobs that went well, many in one statement, each guarded by its claim's token.
import type { Queryable } from '../../database.js';

export interface CompletedJob {
  readonly id: string;
  readonly token: string;
  readonly durationMs: number;
  /** JSON text; null: no result. */
  readonly result: string | null;
}

const COMPLETE = `
WITH outcome AS MATERIALIZED (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[]) AS u (id, token, duration_ms, result)
), ended AS (
  UPDATE {schema}.jobs j
  SET status = 'completed', completed_at = coalesce($6::timestamptz, now()), duration_ms = outcome.duration_ms,
      result = outcome.result::jsonb, claimed_by = NULL, claim_token = NULL
  FROM outcome
  WHERE j.id = outcome.id AND j.claim_token = outcome.token AND NOT j.has_dependents
  RETURNING j.id
), forgotten AS (
  DELETE FROM {schema}.job_claims WHERE token = ANY($5::uuid[])
)
SELECT id FROM outcome WHERE NOT EXISTS (SELECT FROM ended WHERE ended.id = outcome.id)`;

/** An array literal of what needs no quotes; the driver's own way looks at every character. */
const plainArray = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;

/**
 * Ends jobs well and answers the ids it did not end: their claim was lost, or something waits for them and their end needs
 * more than this statement. `spentTokens` are claims with nothing left in hand: what a rescue would read of them is deleted.
 */
export async function completeJobs(
  db: Queryable,
  jobs: readonly CompletedJob[],
  spentTokens: readonly string[],
  now: Date | null,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(COMPLETE, [
    plainArray(jobs.map((job) => job.id)),
    plainArray(jobs.map((job) => job.token)),
    plainArray(jobs.map((job) => job.durationMs)),
    // no array at all stands for nulls
    jobs.some((job) => job.result !== null) ? jobs.map((job) => job.result) : null,
    spentTokens,
    now,
  ]);
  return rows.map((row) => row.id);
}
