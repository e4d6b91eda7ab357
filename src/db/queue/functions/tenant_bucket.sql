-- The bucket of a tenant for fair claims, as tenantBucket in TypeScript computes it: FNV-1a over UTF-16 code units, modulo 64. -1: no tenant.
CREATE OR REPLACE FUNCTION {schema}.tenant_bucket(tenant text) RETURNS smallint LANGUAGE plpgsql IMMUTABLE
  SET search_path = pg_catalog, {schema}, pg_temp
AS $bucket$
DECLARE
  hash bigint := 2166136261;
  point integer;
  unit integer;
BEGIN
  IF tenant IS NULL THEN
    RETURN -1;
  END IF;
  FOR place IN 1 .. length(tenant) LOOP
    point := ascii(substr(tenant, place, 1));
    FOREACH unit IN ARRAY CASE WHEN point < 65536 THEN ARRAY[point]
      ELSE ARRAY[55296 + ((point - 65536) >> 10), 56320 + ((point - 65536) & 1023)] END LOOP
      hash := ((hash # unit) * 16777619) & 4294967295;
    END LOOP;
  END LOOP;
  RETURN ((hash >> 16) # (hash & 65535)) % 64;
END
$bucket$;
