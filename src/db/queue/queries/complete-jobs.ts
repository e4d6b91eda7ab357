// Settles the common case: plain successful jobs, many in one statement, each guarded by the claim that lists it. The statement itself is
// the function complete_jobs (functions/complete_jobs.sql).
import type { Db } from '../../database.js';

export interface CompletedJob {
  readonly id: string;
  readonly token: string;
  /** The position of its row (ctid) at the claim. */
  readonly place: string;
  readonly durationMs: number;
  /** JSON text; null: no result. */
  readonly result: string | null;
}

const COMPLETE = 'SELECT id FROM {schema}.complete_jobs($1, $2, $3, $4, $5, $6, $7, $8) AS missed (id)';

/** An array literal of values that need no quotes; the driver's own conversion examines every character. */
const plainArray = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;

/**
 * Completes jobs and returns the ids of those that it did not complete: their claim was lost, their row has moved, or another job waits for
 * them, which requires more than this statement. `spentTokens` are claims that become empty; they are deleted if all jobs were completed.
 */
export async function completeJobs(
  db: Db,
  jobs: readonly CompletedJob[],
  spentTokens: readonly string[],
  now: Date | null,
): Promise<readonly string[]> {
  const tokens = [...new Set(jobs.map((job) => job.token))];
  const numberOf = new Map(tokens.map((token, index) => [token, index + 1]));
  const { rows } = await db.query<{ id: string }>(COMPLETE, [
    plainArray(jobs.map((job) => job.id)),
    `{${jobs.map((job) => `"${job.place}"`).join(',')}}`,
    plainArray(jobs.map((job) => numberOf.get(job.token) as number)),
    plainArray(jobs.map((job) => job.durationMs)),
    // null instead of an array means that all results are null
    jobs.some((job) => job.result !== null) ? jobs.map((job) => job.result) : null,
    tokens,
    spentTokens,
    now,
  ]);
  return rows.map((row) => row.id);
}
