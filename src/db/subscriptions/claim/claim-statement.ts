// The frame of every claim: one statement, valid only while the claiming instance is alive, with a new token for each row. The plain claim
// of each tick has the same frame in a function, whose plan the session keeps (functions/claim_due.sql).

// whole milliseconds, as a Date has them
const ms = (instant: string): string => `floor(date_part('epoch', ${instant}) * 1000::float8 + 0.0005::float8)`;

/** The present time of a statement: $2 is null except with a test's clock. */
export const NOW = 'coalesce($2::timestamptz, now())';

/** States that a claim may leave; src/subscriptions/api/change/status-moves.ts has all transitions. */
export const CLAIMABLE = `('pending', 'completed', 'failed')`;

// -infinity, which a host may have written, is due at once, like NULL.
const DUE_AT = `nullif(p.next_run_at, '-infinity')`;

/** Columns that every selection returns for a regular occurrence. Its nominal time is never later than its due time. */
export const REGULAR = `p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
  ${DUE_AT} AS due_at, p.next_run_at AS next_at, p.resume_at, p.resume_for,
  date_trunc('milliseconds', least(p.scheduled_for, coalesce(${DUE_AT}, ${NOW}))) AS nominal`;

/**
 * Wraps a selection of rows (with `FOR NO KEY UPDATE OF p SKIP LOCKED`) into a claim. $1 is the instance, $2 now, $3 the limit; further
 * parameters belong to the selection. It is materialized so that it cannot take more than its limit. An instance that is no longer alive
 * gets nothing. A claim does not wait for the disk: one that a crash of the server undoes was never settled, and its row is due again.
 * Subscriptions are looked up one by one (OFFSET 0): with a join, a table of a few thousand rows would be read whole for each claim.
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
