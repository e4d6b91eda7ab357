-- The bucket of a tenant, for fair claims; a user without a tenant counts as a tenant.
CREATE OR REPLACE FUNCTION {schema}.{rows}_bucket(tenant_id text, user_id text) RETURNS smallint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (hashtextextended(coalesce(tenant_id, user_id, ''), 0) & 63)::smallint;
