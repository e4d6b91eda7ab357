// Settling the common case: plain jobs that went well, many in one statement, each guarded by the claim that lists it.
import type { Queryable } from '../../database.js';

export interface CompletedJob {
  readonly id: string;
  readonly token: string;
  readonly durationMs: number;
  /** JSON text; null: no result. */
  readonly result: string | null;
}

const COMPLETE = `
WITH held AS MATERIALIZED (
  -- the lock keeps a rescue away until this is written
  SELECT claim.token, listed.id, listed.place
  FROM (SELECT c.token, c.job_ids, c.places FROM {schema}.job_claims c WHERE c.token = ANY($4::uuid[]) FOR UPDATE) claim,
    unnest(claim.job_ids, claim.places) AS listed (id, place)
), outcome AS MATERIALIZED (
  SELECT id, ($4::uuid[])[token_no] AS token, duration_ms, result
  FROM unnest($1::uuid[], $2::integer[], $3::integer[], $5::text[]) AS u (id, token_no, duration_ms, result)
), ended AS (
  UPDATE {schema}.jobs j
  SET status = 'completed', attempt = j.attempt + 1, completed_at = coalesce($7::timestamptz, now()),
      started_at = coalesce($7::timestamptz, now()) - outcome.duration_ms * interval '1 millisecond',
      duration_ms = outcome.duration_ms, result = outcome.result::jsonb,
      error_code = NULL, error_message = NULL, error_stack = NULL
  FROM outcome JOIN held ON held.id = outcome.id AND held.token = outcome.token
  -- most rows have not moved since the claim, and are found without a look into an index
  WHERE j.ctid = held.place AND j.id = outcome.id AND j.completed_at IS NULL AND NOT j.has_dependents
  RETURNING j.id
), missed AS MATERIALIZED (
  SELECT id FROM outcome WHERE NOT EXISTS (SELECT FROM ended WHERE ended.id = outcome.id)
), forgotten AS (
  DELETE FROM {schema}.job_claims WHERE token = ANY($6::uuid[]) AND NOT EXISTS (SELECT FROM missed)
)
SELECT id FROM missed`;

/** An array literal of what needs no quotes; the driver's own way looks at every character. */
const plainArray = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;

/**
 * Ends jobs well and answers the ids it did not end: their claim was lost, their row has moved, or something waits for them,
 * so that their end needs more than this statement. `spentTokens` are claims with nothing left in hand: they are deleted when
 * all was ended.
 */
export async function completeJobs(
  db: Queryable,
  jobs: readonly CompletedJob[],
  spentTokens: readonly string[],
  now: Date | null,
): Promise<readonly string[]> {
  const tokens = [...new Set(jobs.map((job) => job.token))];
  const numberOf = new Map(tokens.map((token, index) => [token, index + 1]));
  const { rows } = await db.query<{ id: string }>(COMPLETE, [
    plainArray(jobs.map((job) => job.id)),
    plainArray(jobs.map((job) => numberOf.get(job.token) as number)),
    plainArray(jobs.map((job) => job.durationMs)),
    tokens,
    // no array at all stands for nulls
    jobs.some((job) => job.result !== null) ? jobs.map((job) => job.result) : null,
    spentTokens,
    now,
  ]);
  return rows.map((row) => row.id);
}
