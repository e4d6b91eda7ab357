-- Returns the milliseconds until there is work, by the database's clock (0 or less: now; null: none is coming), and whether rows must be
-- planned, which comes before any claim. This is a function so that its plan is neither that of a table that was small, nor one that
-- reads the whole table because nothing waits.
CREATE OR REPLACE FUNCTION {schema}.rows_{id}_next_due(as_of timestamptz, OUT ms float8, OUT unplanned boolean)
LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off SET search_path = pg_catalog, pg_temp
AS $due$
BEGIN
  SELECT (extract(epoch FROM due) - extract(epoch FROM moment)) * 1000, waiting INTO ms, unplanned
  FROM (SELECT
    (SELECT t.{due} FROM {table} t WHERE t.{p}_state = 'planned' ORDER BY t.{due} LIMIT 1) AS due,
    EXISTS (SELECT FROM {table} t WHERE t.{p}_state = 'unplanned')
      OR EXISTS (SELECT FROM {table} t WHERE t.{p}_state = 'resumed') AS waiting,
    coalesce(as_of, clock_timestamp()) AS moment
    OFFSET 0) AS heads;
END
$due$;
