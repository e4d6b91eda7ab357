-- Claims exclude each other, so that each sees what the previous one took: a lock is held for one call, and the jobs are read after
-- it was acquired. This must be a function, because a single statement sees the data as of the time before it waited for the lock.
-- Only index scans are allowed: the session keeps the plan, which must not be that of a table that was small. JIT is off: before
-- PostgreSQL 18, a disabled plan node has such a high cost that the statement would be compiled, which takes a third of a second.
--
-- Returns one row of arrays, all in the same order, or no row: one row per job would cost both sides more than the claim itself.
-- `places` has the positions of the rows, so that they can be found at their end without an index. `lanes` is null if all jobs are
-- of the first lane, `attempts` if all are first attempts, `scheduled_ms` if all nominal times equal `run_us`, and `extras` if no
-- job has any. If the payloads exceed 16 MiB in total (as stored), the rest is left to the next claim: then there is a second row
-- with only `lanes`, the number of jobs that were finally requested from each lane.
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
    RAISE EXCEPTION 'jobs can be claimed only under READ COMMITTED, but the connection has default_transaction_isolation = %',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  LOCK TABLE {schema}.job_claim_gate IN SHARE ROW EXCLUSIVE MODE; -- see lock_job_claims.sql
  -- Only a living instance may claim. A claim need not wait for the disk: if a crash of the database loses it, the same crash ended
  -- the session of its holder. The end of a job does wait for the disk, and cannot be on disk before its claim.
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
    -- rare: take fewer jobs from each lane, but at least one in total
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
