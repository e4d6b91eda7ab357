-- A row in processing stays findable for its rescue, whatever happened to its subscription meanwhile.
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
