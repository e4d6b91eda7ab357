-- Creates the partition of one month, and moves its rows there from the default partition. Returns false if it already exists.
-- Runs with the privileges of the role that migrated, because the role that the server runs as need not own the ledger.
CREATE OR REPLACE FUNCTION {schema}.{rows}_make_partition(month date) RETURNS boolean LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
  part text := '{rows}_runs_' || to_char(month, 'YYYY_MM');
  first_at timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
  after_at timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(format('{schema}.%I', part)) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE {schema}.%I (LIKE {schema}.{rows}_runs INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
  LOCK TABLE {schema}.{rows}_runs_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM {schema}.{rows}_runs_default WHERE scheduled_for >= %L AND scheduled_for < %L RETURNING *)
     INSERT INTO {schema}.%I SELECT * FROM moved', first_at, after_at, part);
  EXECUTE format('ALTER TABLE {schema}.{rows}_runs ATTACH PARTITION {schema}.%I FOR VALUES FROM (%L) TO (%L)',
                 part, first_at, after_at);
  RETURN true;
END $$;
