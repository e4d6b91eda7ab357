-- For the migrations of modules: creates (or replaces) the function of this name that makes an id of this type from text, so that indexes on ids of the
-- host are used; null for text that cannot be an id.
CREATE OR REPLACE FUNCTION {schema}.create_id_function(function_name text, id_type text) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $define$
BEGIN
  EXECUTE 'CREATE OR REPLACE FUNCTION {schema}.' || quote_ident(function_name) || '(given text) RETURNS ' || id_type
    || ' LANGUAGE sql IMMUTABLE PARALLEL SAFE AS ' || quote_literal(CASE id_type
      WHEN 'uuid' THEN $sql$SELECT CASE WHEN given ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN given::uuid END$sql$
      WHEN 'bigint' THEN $sql$SELECT CASE WHEN given ~ '^-?[0-9]{1,19}$' THEN
        CASE WHEN given::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN given::bigint END END$sql$
      WHEN 'integer' THEN $sql$SELECT CASE WHEN given ~ '^-?[0-9]{1,10}$' THEN
        CASE WHEN given::numeric BETWEEN -2147483648 AND 2147483647 THEN given::integer END END$sql$
      ELSE 'SELECT given::' || id_type
    END);
END
$define$;
