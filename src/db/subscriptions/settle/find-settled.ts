// Finds settlements whose response was lost with the connection: in the ledger if the occurrence is over, otherwise in the row that waits
// for its retry. A run settles each attempt of an occurrence once, so that the run and the outcome identify it.
import type { Db } from '../../database.js';
import type { SettledOccurrence } from './settle.js';

const FIND = `
SELECT o.position::int AS position
  FROM unnest($1::{schema}.{rows}_key[], $2::float8[], $3::text[], $4::uuid[], $5::text[], $6::int[]) WITH ORDINALITY
    AS o (subscription_id, scheduled_for, outcome, run_id, error, attempts, position)
 WHERE EXISTS (
   SELECT FROM {schema}.{rows}_runs r
    WHERE o.outcome IS NOT NULL AND r.subscription_id = o.subscription_id
      AND r.scheduled_for = to_timestamp(o.scheduled_for / 1000::float8)
      AND r.outcome = o.outcome AND r.run_id IS NOT DISTINCT FROM o.run_id)
 OR EXISTS (
   SELECT FROM {processing} p
    WHERE o.outcome IS NULL AND p.subscription_id = o.subscription_id AND p.error = o.error AND p.attempt >= o.attempts
      AND p.failed_in IS NOT DISTINCT FROM o.run_id AND p.failing_since IS NOT NULL)`;

/** Returns the indexes of those that were committed. */
export async function findSettled(db: Db, occurrences: readonly SettledOccurrence[]): Promise<readonly number[]> {
  const column = <K extends keyof SettledOccurrence>(key: K): SettledOccurrence[K][] =>
    occurrences.map((one) => one[key]);
  const { rows } = await db.query<{ position: number }>(FIND, [
    column('subscriptionId'),
    column('scheduledForMs'),
    column('outcome'),
    column('runId'),
    column('error'),
    column('attempts'),
  ]);
  return rows.map(({ position }) => position - 1);
}
