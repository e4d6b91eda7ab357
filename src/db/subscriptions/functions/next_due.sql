-- A function for the sake of its plan: made anew at each tick, planning was a third of what a tick with a hundred due cost. The
-- session keeps it, so it must not be the plan of a table that was small: index scans in the order of the index, and no JIT
-- (claim_jobs.sql of the queue says why).
--
-- Milliseconds until something is to be done, by the database's clock (0 or less: now; null: nothing is coming), and whether
-- that is a changed schedule or a pause that has ended, which come before any claim. from_time steps over the dead entries at
-- the head of the index. The end of a pause (one until somebody resumes it has none) and a changed schedule are work as well.
-- Rows in processing are passed over. A host's infinity means never (below zero: at once) and cannot be subtracted.
CREATE OR REPLACE FUNCTION {schema}.{rows}_next_due(as_of timestamptz, from_time timestamptz, OUT ms float8, OUT upkeep boolean)
LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
  SET search_path = pg_catalog, {schema}, pg_temp
AS $due$
BEGIN
  SELECT (extract(epoch FROM least(due, unscheduled, stale, paused_until)) - extract(epoch FROM moment)) * 1000,
    stale IS NOT NULL OR coalesce(paused_until <= moment, false)
  INTO ms, upkeep
  FROM (SELECT
    (SELECT p.next_run_at FROM {processing} p
      WHERE p.runnable AND NOT p.stale AND p.next_run_at >= coalesce(from_time, '-infinity')
        AND p.status IN ('pending', 'completed', 'failed')
      ORDER BY p.next_run_at LIMIT 1) AS due,
    (SELECT to_timestamp(0) FROM {processing} p
      WHERE p.runnable AND NOT p.stale AND p.next_run_at IS NULL AND p.status IN ('pending', 'failed') LIMIT 1) AS unscheduled,
    (SELECT to_timestamp(0) FROM {processing} p WHERE p.stale AND p.status <> 'processing' LIMIT 1) AS stale,
    (SELECT s.paused_until FROM {entities} s WHERE s.paused_until IS NOT NULL AND s.paused_until < '9999-12-31'
      ORDER BY s.paused_until LIMIT 1) AS paused_until,
    coalesce(as_of, clock_timestamp()) AS moment
    OFFSET 0) AS heads;
END
$due$;
