-- Ends jobs well and returns the ids it did not end: their claim was lost, their row has moved, or something waits for them, so
-- that their end needs more than this. Spent claims are deleted when all was ended. A function for the sake of its plan, which
-- is made once per session. IS TRUE keeps the look into the claims a hash that is made once, whatever the planner expects.
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
  -- keeps a rescue away until this is written
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
