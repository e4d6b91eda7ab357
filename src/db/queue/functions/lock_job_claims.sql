-- Held to the end of the transaction by each claim, and by whatever must know that nothing is claimed at this moment. A lock on a
-- table of ours, because an advisory lock can be taken by every role that may connect. This mode lets pg_dump and vacuum read on.
CREATE OR REPLACE FUNCTION {schema}.lock_job_claims() RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $lock$
BEGIN
  LOCK TABLE {schema}.job_claim_gate IN SHARE ROW EXCLUSIVE MODE;
END
$lock$;
