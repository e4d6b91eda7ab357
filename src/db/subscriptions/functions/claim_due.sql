-- The plain claim: due rows, the earliest first, in one scan of the due index, and then rows that have no next run yet. NULL sorts
-- last in that index, so those rows are read at its end; a single selection with OR would read everything. They get the room that due
-- rows leave, but at least a tenth of the claim, so that they do not wait while due rows fill every claim. One row more than `most` is
-- read, to know whether another claim is worthwhile (`more`). Only occurrences whose nominal time is not after `nominal_until` are
-- claimed. The rest (a living instance, a new token for each row, the columns for the executor, subscriptions looked up one by one) is
-- the same in every claim; src/db/subscriptions/claim/claim-statement.ts has the reasons. Whole milliseconds are computed with doubles,
-- whose precision suffices for microseconds in this century; `numeric` took a tenth of the claim.
CREATE OR REPLACE FUNCTION {schema}.{rows}_claim_due(holder uuid, as_of timestamptz, most integer, nominal_until timestamptz)
RETURNS TABLE (
  "subscriptionId" text, "claimToken" uuid, "userId" text, "tenantId" text, "frequency" text, "timezone" text,
  "schedule" text, "anchorMs" float8, "sinceMs" float8, "scheduledForMs" float8, "attempt" integer,
  "missedCount" integer, "consecutiveFailures" integer, "wasStatus" text, "wasScheduledForMs" float8,
  "resumeAtMs" float8, "dueMs" float8, "nowMs" float8, "more" boolean
) LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
  SET search_path = pg_catalog, {schema}, pg_temp
AS $claim$
#variable_conflict use_column
DECLARE
  moment timestamptz := coalesce(as_of, now());
  now_ms float8 := floor(date_part('epoch', moment) * 1000 + 0.0005);
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true) FROM {schema}.scheduler_instances i
    WHERE i.id = holder AND i.state = 'alive' FOR SHARE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH due AS MATERIALIZED (
    SELECT p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
      nullif(p.next_run_at, '-infinity') AS due_at, p.next_run_at AS next_at, p.resume_at, p.resume_for,
      date_trunc('milliseconds', least(p.scheduled_for, coalesce(nullif(p.next_run_at, '-infinity'), moment))) AS nominal
    FROM {processing} p
    WHERE p.runnable AND NOT p.stale AND p.status IN ('pending', 'completed', 'failed')
      AND p.next_run_at <= moment
      AND coalesce(p.scheduled_for, p.next_run_at) <= coalesce(nominal_until, 'infinity')
    ORDER BY p.next_run_at LIMIT most + 1
    FOR NO KEY UPDATE OF p SKIP LOCKED
  ), unscheduled AS MATERIALIZED (
    SELECT p.ctid AS tid, p.subscription_id, p.status AS was_status, p.scheduled_for AS was_for,
      NULL::timestamptz AS due_at, p.next_run_at AS next_at, p.resume_at, p.resume_for,
      date_trunc('milliseconds', least(p.scheduled_for, moment)) AS nominal
    FROM {processing} p
    WHERE p.runnable AND NOT p.stale AND p.status IN ('pending', 'failed') AND p.next_run_at IS NULL
    LIMIT greatest(most + 1 - (SELECT count(*) FROM due), most / 10, 1)
    FOR NO KEY UPDATE OF p SKIP LOCKED
  ), picked AS MATERIALIZED (
    SELECT * FROM (SELECT * FROM unscheduled UNION ALL SELECT * FROM due) AS found LIMIT most
  )
  UPDATE {processing} p SET
    status = 'processing', claimed_by = holder, claim_token = gen_random_uuid(), attempt = p.attempt + 1,
    scheduled_for = picked.nominal, next_run_at = picked.next_at,
    resume_at = picked.resume_at, resume_for = picked.resume_for, updated_at = moment
  FROM picked CROSS JOIN LATERAL (
    SELECT user_id, tenant_id, frequency, timezone, schedule FROM {entities}
     WHERE {entities}.id = picked.subscription_id OFFSET 0) s
  WHERE p.ctid = picked.tid
  RETURNING p.subscription_id::text, p.claim_token, s.user_id::text, s.tenant_id::text,
    s.frequency::text, s.timezone::text, s.schedule::text,
    floor(date_part('epoch', p.anchor_at) * 1000 + 0.0005), floor(date_part('epoch', p.schedule_since) * 1000 + 0.0005),
    floor(date_part('epoch', p.scheduled_for) * 1000 + 0.0005), p.attempt::integer, p.missed_count::integer,
    p.consecutive_failures::integer, picked.was_status::text, floor(date_part('epoch', picked.was_for) * 1000 + 0.0005),
    floor(date_part('epoch', p.resume_at) * 1000 + 0.0005), floor(date_part('epoch', picked.due_at) * 1000 + 0.0005), now_ms,
    (SELECT count(*) FROM due) + (SELECT count(*) FROM unscheduled) > most;
END
$claim$;
