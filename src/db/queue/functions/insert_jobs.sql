-- Stores any number of jobs and returns those that were refused because their unique key is held. This is a function so that the
-- session keeps its plan. `following`: the number of jobs of the same request that follow in further calls.
CREATE OR REPLACE FUNCTION {schema}.insert_jobs(jobs json, as_of timestamptz, following integer)
RETURNS TABLE (id uuid, unique_key text) LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $insert$
#variable_conflict use_column
DECLARE
  moment timestamptz := coalesce(as_of, now());
BEGIN
  RETURN QUERY
  WITH input AS MATERIALIZED (
    SELECT u.*, count(*) OVER () AS total
    FROM ROWS FROM (json_to_recordset(jobs) AS (id uuid, type text, queue text, payload jsonb, priority smallint, run_at timestamptz,
      scheduled_for timestamptz, max_attempts integer, timeout_ms integer, unique_key text, key_ms double precision,
      tenant_id text, bucket smallint, workspace_id text, user_id text, group_id text, parent_id uuid,
      open_dependencies integer, has_dependents boolean, dependency_failure text, schedule jsonb, series_id uuid, trace_context text)) WITH ORDINALITY AS u (id, type, queue, payload, priority, run_at,
      scheduled_for, max_attempts, timeout_ms, unique_key, key_ms,
      tenant_id, bucket, workspace_id, user_id, group_id, parent_id,
      open_dependencies, has_dependents, dependency_failure, schedule, series_id, trace_context, place)
  ), taken AS (
    INSERT INTO {schema}.job_keys AS k (key, job_id, expires_at)
    SELECT unique_key, id, coalesce(moment + key_ms * interval '1 millisecond', 'infinity')
    FROM input WHERE unique_key IS NOT NULL ORDER BY unique_key
    ON CONFLICT (key) DO UPDATE SET job_id = excluded.job_id, expires_at = excluded.expires_at
      WHERE k.expires_at <= moment
    RETURNING job_id
  ), inserted AS (
    INSERT INTO {schema}.jobs (id, type, queue, payload, status, priority, run_at, scheduled_for, max_attempts,
      timeout_ms, unique_key, tenant_id, bucket, workspace_id, user_id, group_id, parent_id, open_dependencies, blocked,
      has_dependents, dependency_failure, schedule, series_id, trace_context, created_at)
    SELECT id, type, coalesce(queue, 'default'), coalesce(payload, '{}'),
      CASE WHEN open_dependencies > 0 THEN 'waiting' ELSE 'pending' END, coalesce(priority, 2),
      -- distinct times in the given order: jobs that are due at once keep their order, and a claim knows where the last one stopped
      coalesce(run_at, moment - (following + total - place) * interval '1 microsecond'),
      date_trunc('milliseconds', coalesce(scheduled_for, run_at, moment)), coalesce(max_attempts, 5), timeout_ms,
      unique_key, tenant_id, coalesce(bucket, -1), workspace_id, user_id, group_id, parent_id,
      coalesce(open_dependencies, 0), coalesce(open_dependencies, 0) > 0, coalesce(has_dependents, false),
      coalesce(dependency_failure, 'cancel'), schedule, series_id, trace_context, moment
    FROM input
    WHERE unique_key IS NULL OR id IN (SELECT job_id FROM taken)
  )
  SELECT id, unique_key FROM input WHERE unique_key IS NOT NULL AND id NOT IN (SELECT job_id FROM taken);
END
$insert$;
