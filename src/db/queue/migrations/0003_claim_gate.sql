-- This table is always empty; it exists to be locked (functions/lock_job_claims.sql).
CREATE TABLE {schema}.job_claim_gate (nothing boolean);
