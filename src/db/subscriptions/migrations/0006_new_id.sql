-- Generates ids for subscriptions that are created through our API, in the same way as the default of the host's column. Names in that
-- default are schema-qualified here, because the search path contains none of the host's schemas.
DO $$
DECLARE
  made text;
BEGIN
  SELECT coalesce(
    (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum),
    CASE
      WHEN a.attidentity <> '' THEN format('nextval(%L::regclass)', pg_get_serial_sequence({entities_text}, 'id'))
      WHEN a.atttypid = 'uuid'::regtype THEN 'gen_random_uuid()'
      WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype) THEN 'gen_random_uuid()::text'
    END) INTO made
  FROM pg_attribute a WHERE a.attrelid = to_regclass({entities_text}) AND a.attname = 'id';
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION {schema}.{rows}_new_id() RETURNS {schema}.{rows}_key LANGUAGE sql VOLATILE
       SET search_path = pg_catalog, {schema}, pg_temp AS %L',
    format('SELECT (%s)::{schema}.{rows}_key', coalesce(made, 'NULL')));
END $$;
