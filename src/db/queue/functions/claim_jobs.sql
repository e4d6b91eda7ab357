-- Claims exclude each other, so that each sees what the one before has taken: a lock that is held for one call, and then a look
-- that begins after the lock was had. Hence a function: a statement alone sees what was there before it waited. Only index
-- scans: plans are kept by the session, and must not be those of a table that was small. No JIT: before PostgreSQL 18 a step that is
-- switched off looks so dear that the whole would be compiled, for a third of a second.
-- Returns one row of arrays in one order, or none: a row for each job costs both sides more than the claim itself. places says
-- where the rows are, so that their ends find them without a look into an index. lanes is null
-- where all are of the first, attempts where all are first ones, scheduled_ms where all are nominally at run_us, extras where no
-- job has any. Payloads of more than 16 MiB together (as they are stored) are left to the next claim: then a second row says in
-- lanes how many were asked of each lane in the end, and nothing else.
CREATE OR REPLACE FUNCTION {schema}.claim_jobs(
  lane_priorities smallint[], lane_types text[], lane_buckets smallint[], lane_floors float8[], lane_takes integer[],
  holder uuid, new_token uuid, as_of timestamptz,
  OUT ids text, OUT places text, OUT lanes text, OUT attempts text, OUT run_us text, OUT scheduled_ms text, OUT payloads json, OUT extras json
) RETURNS SETOF record LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET search_path = pg_catalog, {schema}, pg_temp
AS $claim$
DECLARE
  max_size CONSTANT bigint := 16777216;
  moment timestamptz := coalesce(as_of, now());
  takes integer[] := lane_takes;
  claimed uuid[];
  total_size bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'jobs are claimed under READ COMMITTED only: the connection has default_transaction_isolation = %',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  LOCK TABLE {schema}.job_claim_gate IN SHARE ROW EXCLUSIVE MODE; -- lock_job_claims.sql says why
  -- Fenced by the holder's life. A claim need not wait for the disk: one that a crash of the database forgets was held by a
  -- session that the same crash ended, and the end of a job, which does wait, cannot be on disk before its claim is.
  PERFORM set_config('synchronous_commit', 'off', true) FROM {schema}.scheduler_instances i
    WHERE i.id = holder AND i.state = 'alive' FOR SHARE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  LOOP
    SELECT array_agg(job.id), array_agg(job.place)::text, sum(job.size),
      array_agg(share.lane) FILTER (WHERE cardinality(lane_types) > 1)::text,
      CASE WHEN max(job.attempt) > 0 THEN array_agg(job.attempt + 1)::text END,
      array_agg(round(date_part('epoch', job.run_at) * 1000000))::text,
      CASE WHEN bool_or(job.scheduled_for <> date_trunc('milliseconds', job.run_at))
        THEN array_agg(round(date_part('epoch', job.scheduled_for) * 1000))::text END,
      json_agg(job.payload),
      CASE WHEN count(job.extras) > 0 THEN json_agg(job.extras) END
    INTO claimed, places, total_size, lanes, attempts, run_us, scheduled_ms, payloads, extras
    FROM unnest(lane_priorities, lane_types, lane_buckets, lane_floors, takes)
      WITH ORDINALITY AS share (priority, type, bucket, floor_us, take, lane)
    CROSS JOIN LATERAL (
      SELECT j.id, j.ctid AS place, j.attempt, j.run_at, j.scheduled_for, j.payload, pg_column_size(j.payload) AS size,
        CASE WHEN j.max_attempts <> 5 OR j.crashes > 0 OR num_nonnulls(j.tenant_id, j.workspace_id, j.user_id,
            j.timeout_ms, j.checkpoint, j.unique_key, j.trace_context, j.schedule) > 0
          THEN json_build_object('max_attempts', j.max_attempts, 'crashes', j.crashes, 'tenant_id', j.tenant_id,
            'workspace_id', j.workspace_id, 'user_id', j.user_id, 'timeout_ms', j.timeout_ms,
            'checkpoint', j.checkpoint, 'unique_key', j.unique_key,
            'trace_context', j.trace_context, 'recurrence', CASE WHEN j.schedule IS NOT NULL THEN
              json_build_object('schedule', j.schedule, 'series_id', j.series_id,
                'run_ms', round(date_part('epoch', j.run_at) * 1000), 'now_ms', date_part('epoch', moment) * 1000) END) END AS extras
      FROM {schema}.jobs j
      WHERE j.completed_at IS NULL AND NOT j.blocked
        AND j.priority = share.priority AND j.type = share.type AND j.bucket = share.bucket
        AND j.run_at <= moment
        AND j.run_at >= coalesce(timestamptz 'epoch' + share.floor_us * interval '1 microsecond', '-infinity')
        AND j.id NOT IN (SELECT unnest(c.job_ids) FROM {schema}.job_claims c)
      ORDER BY j.run_at LIMIT share.take
    ) job;
    EXIT WHEN coalesce(total_size, 0) <= max_size OR cardinality(claimed) = 1;
    -- rare: fewer of each lane, at least one of one
    takes := ARRAY(SELECT CASE WHEN cardinality(claimed) <= cardinality(takes) THEN (n = 1)::integer
      ELSE greatest(1, least(take, ceil(take * max_size / (2.0 * total_size)))::integer) END
      FROM unnest(takes) WITH ORDINALITY AS t (take, n) ORDER BY n);
  END LOOP;
  IF claimed IS NULL THEN
    RETURN;
  END IF;
  INSERT INTO {schema}.job_claims (token, instance_id, job_ids, claimed_at) VALUES (new_token, holder, claimed, moment);
  ids := claimed::text;
  RETURN NEXT;
  IF takes IS DISTINCT FROM lane_takes THEN
    ids := NULL; places := NULL; attempts := NULL; run_us := NULL; scheduled_ms := NULL; payloads := NULL; extras := NULL;
    lanes := takes::text;
    RETURN NEXT;
  END IF;
END
$claim$;
