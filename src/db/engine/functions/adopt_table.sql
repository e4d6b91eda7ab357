-- For the migrations of modules: the table of the host with this qualified name; if that is null, the one with `table_name` in the schema
-- `home` (a quoted name), which is created unless another module has created it just before. `columns` is what a CREATE TABLE has between
-- its brackets.
CREATE OR REPLACE FUNCTION {schema}.adopt_table(known text, home text, table_name text, columns text) RETURNS regclass LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ours text := home || '.' || quote_ident(table_name);
BEGIN
  IF to_regclass(known) IS NULL AND to_regclass(ours) IS NULL THEN
    EXECUTE format('CREATE TABLE %s (%s)', ours, columns);
  END IF;
  RETURN coalesce(to_regclass(known), to_regclass(ours));
END
$$;
