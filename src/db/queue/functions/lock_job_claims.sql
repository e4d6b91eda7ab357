-- Blocks claims until the end of the transaction. It is a lock on our own table, because any role that may connect could take an
-- advisory lock. This mode does not block pg_dump or reads.
CREATE OR REPLACE FUNCTION {schema}.lock_job_claims() RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $lock$
BEGIN
  LOCK TABLE {schema}.job_claim_gate IN SHARE ROW EXCLUSIVE MODE;
END
$lock$;
