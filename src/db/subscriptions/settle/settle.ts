// Settles a batch in one statement: updates rows, writes the ledger and returns the lost ones, guarded only by the claim tokens.
import type { Db } from '../../database.js';

/** The outcome of one claimed occurrence. Instants are milliseconds since 1970. */
export interface SettledOccurrence {
  readonly subscriptionId: string;
  readonly claimToken: string;
  readonly status: 'completed' | 'failed' | 'suspended';
  /** True: this occurrence is over. False: it waits for its retry. */
  readonly final: boolean;
  /** Effective and nominal time of the next occurrence; null: the schedule has ended. Unused while it waits for its retry. */
  readonly nextAtMs: number | null;
  readonly nextForMs: number | null;
  /** The delay of its retry; null if final. */
  readonly retryDelayMs: number | null;
  readonly consecutiveFailures: number;
  readonly scheduledForMs: number;
  /** The outcome for the ledger; null: no ledger row is written. */
  readonly outcome: 'completed' | 'dead' | null;
  readonly attempts: number;
  readonly durationMs: number;
  readonly error: string | null;
  readonly responseStatus: number | null;
  readonly runId: string | null;
}

const instant = (msExpression: string): string => `to_timestamp(${msExpression} / 1000::float8)`;

// An extra occurrence ends by returning to the regular sequence; "infinity" means that the schedule has ended. scheduled_for is kept only
// if it differs from next_run_at. The arrays pass through a CTE so that the planner does not know their length: with a hundred, it would
// read a table of a few thousand rows whole instead of looking up each row.
const SETTLE = `
WITH given AS MATERIALIZED (
  SELECT $1::{schema}.{rows}_key[] AS a1, $2::uuid[] AS a2, $3::text[] AS a3, $4::boolean[] AS a4, $5::float8[] AS a5,
         $6::float8[] AS a6, $7::float8[] AS a7, $8::int[] AS a8, $9::float8[] AS a9, $10::text[] AS a10, $11::int[] AS a11,
         $12::int[] AS a12, $13::text[] AS a13, $14::smallint[] AS a14, $15::uuid[] AS a15
), outcome AS (
  SELECT o.* FROM given CROSS JOIN unnest(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15) WITH ORDINALITY AS o (
    subscription_id, claim_token, status, final, next_at, next_for, retry_delay, failures,
    scheduled_for, outcome, attempts, duration_ms, error, response_status, run_id, position)
), moment AS (
  SELECT coalesce($16::timestamptz, now()) AS now
), settled AS (
  UPDATE {processing} p SET
    status = o.status,
    next_run_at = CASE
      WHEN NOT o.final THEN moment.now + o.retry_delay * interval '1 millisecond'
      WHEN p.resume_at = 'infinity' THEN NULL
      WHEN p.resume_at IS NOT NULL THEN greatest(p.resume_at, moment.now)
      WHEN o.next_at IS NULL THEN NULL
      ELSE greatest(${instant('o.next_at')}, moment.now) END,
    scheduled_for = CASE
      WHEN NOT o.final THEN p.scheduled_for
      WHEN p.resume_at IS NOT NULL THEN
        CASE WHEN p.resume_at < moment.now THEN coalesce(p.resume_for, date_trunc('milliseconds', p.resume_at)) ELSE p.resume_for END
      WHEN o.next_for <> o.next_at OR ${instant('o.next_at')} < moment.now THEN ${instant('o.next_for')} END,
    attempt = CASE WHEN o.final THEN 0 ELSE p.attempt END,
    missed_count = CASE WHEN o.final THEN 0 ELSE p.missed_count END,
    resume_at = CASE WHEN o.final THEN NULL ELSE p.resume_at END,
    resume_for = CASE WHEN o.final THEN NULL ELSE p.resume_for END,
    consecutive_failures = o.failures,
    error = o.error,
    failing_since = CASE WHEN o.error IS NULL THEN NULL ELSE coalesce(p.failing_since, moment.now) END,
    failed_in = CASE WHEN o.error IS NULL THEN NULL ELSE o.run_id END,
    last_run_at = moment.now, updated_at = moment.now,
    claimed_by = NULL, claim_token = NULL
   FROM outcome o CROSS JOIN moment
  WHERE p.subscription_id = o.subscription_id AND p.claim_token = o.claim_token
  RETURNING o.*, moment.now
), ledger AS (
  INSERT INTO {schema}.{rows}_runs AS r (
    subscription_id, scheduled_for, outcome, attempts, started_at, finished_at, duration_ms, error, response_status, run_id)
  SELECT subscription_id, ${instant('scheduled_for')}, outcome, attempts,
         now - duration_ms * interval '1 millisecond', now, duration_ms, error, response_status, run_id
    FROM settled WHERE outcome IS NOT NULL
  ON CONFLICT (subscription_id, scheduled_for) DO UPDATE SET
    outcome = excluded.outcome, attempts = r.attempts + excluded.attempts, started_at = excluded.started_at,
    finished_at = excluded.finished_at, duration_ms = excluded.duration_ms, error = excluded.error,
    response_status = excluded.response_status, run_id = excluded.run_id
   WHERE r.outcome = 'dead'
)
SELECT o.position::int AS position FROM outcome o WHERE NOT EXISTS (SELECT FROM settled WHERE settled.position = o.position)`;

/**
 * Ends claims. Returns the indexes of those that were lost: another instance holds or has ended the claim, and nothing was written. `now`
 * is null except with a test's clock.
 */
export async function settleSubscriptions(
  db: Db,
  batch: readonly SettledOccurrence[],
  now: Date | null,
): Promise<readonly number[]> {
  const column = <K extends keyof SettledOccurrence>(key: K): SettledOccurrence[K][] => batch.map((row) => row[key]);
  const { rows } = await db.query<{ position: number }>(SETTLE, [
    column('subscriptionId'),
    column('claimToken'),
    column('status'),
    column('final'),
    column('nextAtMs'),
    column('nextForMs'),
    column('retryDelayMs'),
    column('consecutiveFailures'),
    column('scheduledForMs'),
    column('outcome'),
    column('attempts'),
    column('durationMs'),
    column('error'),
    column('responseStatus'),
    column('runId'),
    now,
  ]);
  return rows.map(({ position }) => position - 1);
}
