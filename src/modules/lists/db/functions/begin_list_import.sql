-- Begins an attempt to import a list, in one round trip: a place among the lists of its workspace, the fence, and what the attempt needs
-- to know. Only the job that the list refers to may begin. A function, because the running lists must be counted after the lock of the
-- workspace has been acquired: its statements see what was committed while it waited.
-- outcome: begun; full (the workspace already imports at_once lists); completed (by an attempt whose end was not recorded); gone.
CREATE OR REPLACE FUNCTION {schema}.begin_list_import(
  list uuid, job uuid, at_once integer,
  OUT outcome text, OUT workspace_id text, OUT audience text, OUT fence integer, OUT checkpoint jsonb, OUT fetched float8, OUT blocked_ms float8
) LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $begin$
#variable_conflict use_column
DECLARE
  workspace text;
  state text;
BEGIN
  SELECT l.workspace_id, l.status INTO workspace, state FROM {schema}.batch_lists l WHERE l.id = list AND l.job_id = job;
  outcome := CASE WHEN state IN ('queued', 'running') THEN 'full' WHEN state = 'completed' THEN state ELSE 'gone' END;
  IF outcome <> 'full' THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('{schema}.batch_lists:' || coalesce(workspace, ''), 0));
  UPDATE {schema}.batch_lists l SET status = 'running', fence = l.fence + 1, started_at = coalesce(l.started_at, now()),
    attempt_at = now(), attempt_fetched = l.fetched, updated_at = now()
  WHERE l.id = list AND l.job_id = job AND l.status IN ('queued', 'running') AND (
    SELECT count(*) FROM {schema}.batch_lists o
    WHERE o.workspace_id IS NOT DISTINCT FROM workspace AND o.status = 'running' AND o.id <> list) < at_once
  RETURNING 'begun', l.workspace_id, l.audience, l.fence, l.checkpoint, l.fetched::float8, coalesce((
    SELECT greatest(0, extract(epoch FROM b.blocked_until - clock_timestamp()) * 1000)::float8
    FROM {schema}.batch_list_limits b WHERE b.workspace_id = l.workspace_id), 0)
  INTO outcome, workspace_id, audience, fence, checkpoint, fetched, blocked_ms;
  outcome := coalesce(outcome, 'full');
END
$begin$;
