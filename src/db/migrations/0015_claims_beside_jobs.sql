-- A claim is one row of job_claims that lists its jobs; the jobs are not touched until they end (docs/adr/0007). A job is in
-- hand while a claim lists it and it has not ended. `processing` is therefore told by the claims and is never stored.

-- Claims of before go back: their holders find their claim gone, and their late ends change nothing.
UPDATE {schema}.jobs SET status = 'pending', attempt = attempt - 1 WHERE status = 'processing';
DELETE FROM {schema}.job_claims;
ALTER TABLE {schema}.jobs DROP COLUMN claimed_by, DROP COLUMN claim_token;

-- Where the rows of the jobs are, in the order of job_ids: their ends find them there without a look into an index.
ALTER TABLE {schema}.job_claims ADD COLUMN places tid[];
ALTER TABLE {schema}.job_claims ALTER COLUMN places SET STORAGE EXTERNAL;

-- Retention deletes what waited for a job with the job; a foreign key would look at every end of every job.
ALTER TABLE {schema}.job_dependencies DROP CONSTRAINT job_dependencies_job_id_fkey;

-- The end of a job moves it to where it is indexed as ended; what stays free serves progress and checkpoints.
ALTER TABLE {schema}.jobs SET (fillfactor = 90);

-- Claims exclude each other, so that each sees what the one before has taken: a lock that is held for one statement, and then
-- a look that begins after the lock was had. Hence a function: a statement alone sees what was there before it waited.
-- Only index scans: the plan is kept by the session, and must not be one that was made while the table was small.
-- Answers one row of arrays in one order, or none: a row for each job costs both sides more than the claim itself. Lanes are
-- null where all are of the first, attempts where all are first ones, extras where no job has any; floors: last run_at by
-- lane, in microseconds. Payloads of more than 16 MiB together (as they are stored) are left to the next claim.
CREATE FUNCTION {schema}.claim_jobs(
  lane_priorities smallint[], lane_types text[], lane_buckets smallint[], lane_floors float8[], lane_takes integer[],
  holder uuid, new_token uuid, as_of timestamptz
) RETURNS TABLE (ids text, lanes text, attempts text, scheduled_ms text, payloads json, extras json, floors json)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off
AS $claim$
#variable_conflict use_column
DECLARE
  moment timestamptz := coalesce(as_of, now());
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'jobs are claimed under READ COMMITTED only: the connection has default_transaction_isolation = %',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  PERFORM {schema}.lock_job_claims();
  -- Fenced by the holder's life. A claim need not wait for the disk: one that a crash of the database forgets was held by a
  -- session that the same crash ended, and the end of a job, which does wait, cannot be on disk before its claim is.
  PERFORM set_config('synchronous_commit', 'off', true) FROM {schema}.scheduler_instances i
    WHERE i.id = holder AND i.state = 'alive' FOR SHARE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH held AS MATERIALIZED (
    SELECT unnest(c.job_ids) AS id FROM {schema}.job_claims c
  ), due AS MATERIALIZED (
    SELECT share.lane::integer AS lane, job.*
    FROM unnest(lane_priorities, lane_types, lane_buckets, lane_floors, lane_takes)
      WITH ORDINALITY AS share (priority, type, bucket, floor_us, take, lane)
    CROSS JOIN LATERAL (
      SELECT j.id, j.ctid AS place, j.attempt, j.run_at, j.scheduled_for, j.payload, pg_column_size(j.payload) AS size,
        CASE WHEN j.max_attempts = 5 AND j.crashes = 0 AND num_nonnulls(j.tenant_id, j.workspace_id, j.user_id,
            j.timeout_ms, j.checkpoint, j.unique_key, j.schedule) = 0 THEN NULL
          ELSE json_build_object('max_attempts', j.max_attempts, 'crashes', j.crashes, 'tenant_id', j.tenant_id,
            'workspace_id', j.workspace_id, 'user_id', j.user_id, 'timeout_ms', j.timeout_ms,
            'checkpoint', j.checkpoint, 'unique_key', j.unique_key, 'recurring', j.schedule IS NOT NULL) END AS extras
      FROM {schema}.jobs j
      WHERE j.completed_at IS NULL AND NOT j.blocked
        AND j.priority = share.priority AND j.type = share.type AND j.bucket = share.bucket
        AND j.run_at <= moment
        AND j.run_at >= coalesce(timestamptz 'epoch' + share.floor_us * interval '1 microsecond', '-infinity')
        AND j.id NOT IN (SELECT held.id FROM held)
      ORDER BY j.run_at LIMIT share.take
    ) job
  ), picked AS MATERIALIZED (
    SELECT * FROM (
      SELECT *, row_number() OVER line AS n, sum(size) OVER line AS size_so_far FROM due
      WINDOW line AS (ORDER BY lane, run_at, id ROWS UNBOUNDED PRECEDING)
    ) measured
    WHERE size_so_far <= 16777216 OR n = 1 ORDER BY n
  ), gathered AS MATERIALIZED (
    SELECT array_agg(id) AS ids, array_agg(place) AS places,
      CASE WHEN max(lane) > 1 THEN array_agg(lane) END AS lanes,
      CASE WHEN max(attempt) > 0 THEN array_agg(attempt + 1) END AS attempts,
      array_agg(round(date_part('epoch', scheduled_for) * 1000)) AS scheduled_ms,
      json_agg(payload) AS payloads,
      CASE WHEN count(extras) > 0 THEN json_agg(extras) END AS extras
    FROM picked HAVING count(*) > 0
  ), noted AS (
    INSERT INTO {schema}.job_claims (token, instance_id, job_ids, places, claimed_at)
    SELECT new_token, holder, ids, places, moment FROM gathered
  )
  SELECT ids::text, lanes::text, attempts::text, scheduled_ms::text, payloads, extras,
    (SELECT json_object_agg(lane, us) FROM
      (SELECT lane, round(date_part('epoch', max(run_at)) * 1000000) AS us FROM picked GROUP BY lane) last)
  FROM gathered;
END
$claim$;

-- Held to the end of the transaction: whoever claims, and whoever must know that nobody does at this moment.
CREATE FUNCTION {schema}.lock_job_claims() RETURNS void LANGUAGE sql
AS $lock$ SELECT pg_advisory_xact_lock('{schema}.job_claims'::regclass::oid::int4, 0) $lock$;

-- What a user's own jobs look like depends on whether a claim lists them.
DO $grant$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'punctual_user') THEN
    GRANT SELECT (job_ids, instance_id, claimed_at) ON {schema}.job_claims TO punctual_user;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL; -- then the role has no access to the jobs either
END
$grant$;
