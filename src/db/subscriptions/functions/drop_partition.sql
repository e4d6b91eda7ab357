-- Drops one monthly partition of the ledger, and nothing else. Runs with the privileges of the role that migrated. It gives up after
-- two seconds without the lock, because every settlement would wait behind it, for example during a long report or a dump.
CREATE OR REPLACE FUNCTION {schema}.{rows}_drop_partition(part text) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp SET lock_timeout = '2s'
AS $drop$
BEGIN
  IF part !~ '^{rows}_runs_[0-9]{4}_[0-9]{2}$' OR NOT EXISTS (
    SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = '{schema}.{rows}_runs'::regclass AND c.relname = part) THEN
    RAISE EXCEPTION '% is not a partition of the ledger', part USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format('DROP TABLE {schema}.%I', part);
END
$drop$;
