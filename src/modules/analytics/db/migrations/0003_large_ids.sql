-- Ids of the host's may be any whole number of their type: those of Snowflake have 19 digits.
DO $wide$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT p.proname AS name, p.prorettype::regtype::text AS type FROM pg_proc p
    WHERE p.oid IN ('{schema}.analytics_team_id(text)'::regprocedure, '{schema}.analytics_user_id(text)'::regprocedure) AND p.prorettype IN ('bigint'::regtype, 'integer'::regtype)
  LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION {schema}.%I(given text) RETURNS %s LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %L',
      wanted.name, wanted.type, format(
        $sql$SELECT CASE WHEN given ~ '^-?[0-9]{1,19}$' THEN CASE WHEN given::numeric BETWEEN %s THEN given::%s END END$sql$,
        CASE wanted.type WHEN 'bigint' THEN '-9223372036854775808 AND 9223372036854775807' ELSE '-2147483648 AND 2147483647' END,
        wanted.type));
  END LOOP;
END
$wide$;
