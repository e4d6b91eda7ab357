-- Whether a row is in the due index. A row in processing always is, so that a rescue finds it whatever happens to its subscription.
CREATE OR REPLACE FUNCTION {schema}.{rows}_may_run(
  active boolean, paused_until timestamptz, status text, next_run_at timestamptz, superseded boolean
) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN status = 'processing' THEN true
    WHEN superseded OR active IS NOT TRUE OR paused_until IS NOT NULL THEN false
    WHEN status IN ('pending', 'failed') THEN true
    ELSE status = 'completed' AND next_run_at IS NOT NULL
  END;
