// Applies the ends of jobs to their occurrences: updates the ledger, and the count of consecutive occurrences that were given up.
import type { Db } from '../../database.js';
import type { RowStatements } from '../row-statements.js';

/** The job type of a row schedule is `rows.` and its name. */
const LEDGER = `
WITH ended AS MATERIALIZED (
  SELECT j.payload ->> 'key' AS key, (j.payload ->> 'scheduled_for_ms')::float8 AS scheduled_for, j.status, j.attempt,
         j.error_message, j.result
    FROM {schema}.jobs j WHERE j.id = ANY ($2::uuid[])
)
UPDATE {schema}.row_runs r SET
  outcome = CASE WHEN e.status = 'dead' THEN 'dead' WHEN e.status = 'cancelled' OR e.result ->> 'outcome' = 'skipped' THEN 'skipped'
                 ELSE 'completed' END,
  attempts = e.attempt, finished_at = coalesce($3::timestamptz, now()),
  reason = CASE WHEN e.status = 'completed' THEN e.result ->> 'reason' ELSE e.error_message END
 FROM ended e
WHERE r.schedule = $1 AND r.row_key = e.key AND r.scheduled_for = to_timestamp(e.scheduled_for / 1000::float8)
RETURNING r.row_key AS key, r.outcome, r.reason`;

export interface NotedEnd {
  readonly key: string;
  readonly outcome: 'completed' | 'skipped' | 'dead';
  readonly reason: string | null;
}

export async function noteJobEnds(
  tx: Db,
  { noteEnds }: RowStatements,
  jobIds: readonly string[],
  options: { readonly schedule: string; readonly suspendAfter: number; readonly now: Date | null },
): Promise<readonly NotedEnd[]> {
  const { rows } = await tx.query<NotedEnd & Record<string, unknown>>(LEDGER, [options.schedule, jobIds, options.now]);
  const told = rows.filter(({ outcome }) => outcome !== 'skipped');
  if (told.length > 0) {
    await tx.query(noteEnds, [
      told.map(({ key }) => key),
      told.map(({ outcome }) => outcome === 'dead'),
      told.map(({ reason }) => reason),
      options.suspendAfter,
    ]);
  }
  return rows;
}
