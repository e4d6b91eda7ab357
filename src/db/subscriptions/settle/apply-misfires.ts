// Stores misfire plans before anything is executed: the occurrence that runs and the gap that is skipped, in one statement per chunk.
import type { Db } from '../../database.js';

/** The plan for one claimed row. Instants are milliseconds since 1970. */
export interface MisfirePlanRow {
  readonly subscriptionId: string;
  readonly claimToken: string;
  /** The occurrence that runs; null: none runs, and the row moves on to its next occurrence. */
  readonly runForMs: number | null;
  /** The number of occurrences merged into the one that runs. */
  readonly missedCount: number;
  /** Effective and nominal time of the next occurrence if nothing runs; null: the schedule has ended. */
  readonly nextAtMs: number | null;
  readonly nextForMs: number | null;
  /** The gap that is skipped; null: there is none. */
  readonly gap: {
    readonly outcome: 'skipped' | 'coalesced';
    readonly firstMs: number;
    readonly lastMs: number;
    readonly count: number;
  } | null;
}

const APPLY = `
WITH plan AS (
  SELECT * FROM unnest(
    $1::{schema}.{rows}_key[], $2::uuid[], $3::float8[], $4::int[], $5::float8[], $6::float8[],
    $7::text[], $8::float8[], $9::float8[], $10::int[]
  ) WITH ORDINALITY AS o (
    subscription_id, claim_token, run_for, missed, next_at, next_for, outcome, gap_first, gap_last, gap_count, position)
), moment AS (
  SELECT coalesce($12::timestamptz, now()) AS now
), applied AS (
  UPDATE {processing} p SET
    status = CASE WHEN o.run_for IS NULL THEN 'completed' ELSE p.status END,
    claimed_by = CASE WHEN o.run_for IS NULL THEN NULL ELSE p.claimed_by END,
    claim_token = CASE WHEN o.run_for IS NULL THEN NULL ELSE p.claim_token END,
    attempt = CASE WHEN o.run_for IS NULL THEN 0 ELSE p.attempt END,
    missed_count = CASE WHEN o.run_for IS NULL THEN 0 ELSE o.missed END,
    next_run_at = CASE WHEN o.run_for IS NULL THEN to_timestamp(o.next_at / 1000::float8)
                       ELSE greatest(p.next_run_at, to_timestamp(o.run_for / 1000::float8)) END,
    scheduled_for = CASE WHEN o.run_for IS NOT NULL THEN to_timestamp(o.run_for / 1000::float8)
                         WHEN o.next_for <> o.next_at THEN to_timestamp(o.next_for / 1000::float8) END,
    updated_at = moment.now
   FROM plan o CROSS JOIN moment
  WHERE p.subscription_id = o.subscription_id AND p.claim_token = o.claim_token
  RETURNING o.*, moment.now
), ledger AS (
  INSERT INTO {schema}.{rows}_runs (
    subscription_id, scheduled_for, outcome, occurrences, last_scheduled_for, finished_at, run_id)
  SELECT subscription_id, to_timestamp(gap_first / 1000::float8), outcome, gap_count, to_timestamp(gap_last / 1000::float8), now, $11::uuid
    FROM applied WHERE outcome IS NOT NULL
  ON CONFLICT (subscription_id, scheduled_for) DO NOTHING
)
SELECT position::int AS position FROM applied`;

/** Returns the indexes of the rows that were still ours; the others were lost and must not be executed. */
export async function applyMisfirePlans(
  db: Db,
  plans: readonly MisfirePlanRow[],
  options: { readonly runId: string | null; readonly now: Date | null },
): Promise<readonly number[]> {
  const { rows } = await db.query<{ position: number }>(APPLY, [
    plans.map(({ subscriptionId }) => subscriptionId),
    plans.map(({ claimToken }) => claimToken),
    plans.map(({ runForMs }) => runForMs),
    plans.map(({ missedCount }) => missedCount),
    plans.map(({ nextAtMs }) => nextAtMs),
    plans.map(({ nextForMs }) => nextForMs),
    plans.map(({ gap }) => gap?.outcome ?? null),
    plans.map(({ gap }) => gap?.firstMs ?? null),
    plans.map(({ gap }) => gap?.lastMs ?? null),
    plans.map(({ gap }) => gap?.count ?? null),
    options.runId,
    options.now,
  ]);
  return rows.map(({ position }) => position - 1);
}
