// The frame of every claim: fenced by the claiming instance being alive, one statement, a fresh token for each row. The plain
// claim of each tick has the same frame in a function, whose plan is kept (migration 0041).

// whole milliseconds, as a Date has them
const ms = (instant: string): string => `floor(date_part('epoch', ${instant}) * 1000::float8 + 0.0005::float8)`;

/** The moment that a statement works with: $2 is null but under a test's clock. */
export const NOW = 'coalesce($2::timestamptz, now())';

/** States that a claim may leave; src/subscriptions/status-moves.ts has the whole table. */
export const CLAIMABLE = `('pending', 'completed', 'failed')`;

// A host's -infinity is due at once, like no time at all.
const DUE_AT = `nullif(p.next_run_at, '-infinity')`;

/** Columns that every pick returns, for a regular occurrence: its nominal time is never later than when it is due. */
export const REGULAR = `p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
  ${DUE_AT} AS due_at, p.next_run_at AS next_at, p.resume_at, p.resume_for,
  date_trunc('milliseconds', least(p.scheduled_for, coalesce(${DUE_AT}, ${NOW}))) AS nominal`;

/**
 * Wraps a pick of rows (with `FOR NO KEY UPDATE OF p SKIP LOCKED`) into a claim. $1 instance, $2 now, $3 limit, the rest is the
 * pick's. The pick is materialized so that it cannot take more than its limit; an instance that is no longer alive gets nothing.
 * A claim does not wait for the disk: one that a crash of the server takes back was never settled, and is due again as any other.
 * Subscriptions are looked up one by one (OFFSET 0): as a join, a table of some thousands would be read whole for each claim.
 */
export const claimStatement = (pick: string, { before = '', returning = '' } = {}): string => `
WITH alive AS MATERIALIZED (
  SELECT id FROM {schema}.scheduler_instances
   WHERE id = $1 AND state = 'alive' AND set_config('synchronous_commit', 'off', true) IS NOT NULL FOR SHARE
), ${before}
picked AS MATERIALIZED (${pick})
UPDATE {processing} p SET
  status = 'processing', claimed_by = $1, claim_token = gen_random_uuid(), attempt = p.attempt + 1,
  scheduled_for = picked.nominal, next_run_at = picked.next_at,
  resume_at = picked.resume_at, resume_for = picked.resume_for, updated_at = ${NOW}
 FROM picked CROSS JOIN LATERAL (
   SELECT user_id, tenant_id, frequency, timezone, schedule FROM {entities}
    WHERE {entities}.id = picked.subscription_id OFFSET 0) s
WHERE p.ctid = picked.tid
RETURNING p.subscription_id::text AS "subscriptionId", p.claim_token AS "claimToken",
  s.user_id::text AS "userId", s.tenant_id AS "tenantId",
  s.frequency::text AS frequency, s.timezone, s.schedule::text AS schedule,
  ${ms('p.anchor_at')} AS "anchorMs", ${ms('p.schedule_since')} AS "sinceMs",
  ${ms('p.scheduled_for')} AS "scheduledForMs",
  p.attempt, p.missed_count AS "missedCount", p.consecutive_failures AS "consecutiveFailures",
  picked.was_status AS "wasStatus", ${ms('picked.was_for')} AS "wasScheduledForMs",
  ${ms('p.resume_at')} AS "resumeAtMs", ${ms('picked.due_at')} AS "dueMs", ${ms(NOW)} AS "nowMs" ${returning}`;
