-- Completes jobs and returns the ids of those that it did not complete: their claim was lost, their row has moved, or another job
-- waits for them, which requires more than this statement. Empty claims are deleted if all jobs were completed. This is a function so
-- that the session keeps its plan. `IS TRUE` ensures that the claims are searched through a hash table that is built once, whatever
-- the planner's estimates.
CREATE OR REPLACE FUNCTION {schema}.complete_jobs(
  ids uuid[], places tid[], token_numbers integer[], durations integer[], results text[],
  tokens uuid[], spent_tokens uuid[], as_of timestamptz
) RETURNS SETOF uuid LANGUAGE plpgsql
  SET enable_seqscan = off SET jit = off SET search_path = pg_catalog, {schema}, pg_temp
AS $complete$
DECLARE
  moment timestamptz := coalesce(as_of, now());
  done uuid[];
BEGIN
  -- prevents a rescue until this is committed
  PERFORM FROM {schema}.job_claims c WHERE c.token = ANY (tokens) FOR UPDATE;
  WITH ended AS (
    UPDATE {schema}.jobs j
    SET status = 'completed', attempt = j.attempt + 1, completed_at = moment,
        started_at = moment - u.duration_ms * interval '1 millisecond', duration_ms = u.duration_ms,
        result = u.result::jsonb, error_code = NULL, error_message = NULL, error_stack = NULL
    FROM unnest(ids, places, token_numbers, durations, results) AS u (id, place, token_number, duration_ms, result)
    WHERE j.ctid = u.place AND j.id = u.id AND j.completed_at IS NULL AND NOT j.has_dependents
      AND ((u.id, tokens[u.token_number]) IN
        (SELECT unnest(c.job_ids), c.token FROM {schema}.job_claims c WHERE c.token = ANY (tokens))) IS TRUE
    RETURNING j.id
  )
  SELECT array_agg(ended.id) INTO done FROM ended;
  IF cardinality(done) = cardinality(ids) THEN
    DELETE FROM {schema}.job_claims c WHERE c.token = ANY (spent_tokens);
    RETURN;
  END IF;
  RETURN QUERY SELECT u.id FROM unnest(ids) AS u (id) WHERE u.id NOT IN (SELECT unnest(done));
END
$complete$;
