-- Returns the milliseconds until there is work, by the database's clock (0 or less: now; null: none is coming), and in `upkeep` whether
-- that work is a changed schedule or the end of a pause, which come before any claim. An indefinite pause has no end. `from_time` skips
-- the dead entries at the head of the index. Rows in processing are ignored. The host may have written infinity, which means never
-- (-infinity: at once) and cannot be subtracted.
--
-- This is a function so that the session keeps its plan: planning at each tick took a third of the time of a tick with 100 due rows. The
-- plan must not be that of a table that was small, so only index scans in index order are allowed, and JIT is off (see claim_jobs.sql).
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
