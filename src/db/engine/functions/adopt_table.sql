-- For the migrations of modules: the table of the host that was found; if none was, the one with this name in the schema `home` (a quoted
-- name), which is created unless another module has created it just before. `columns` is what a CREATE TABLE has between its brackets.
CREATE OR REPLACE FUNCTION {schema}.adopt_table(found text, home text, table_name text, columns text) RETURNS regclass LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ours text := home || '.' || quote_ident(table_name);
BEGIN
  IF to_regclass(found) IS NULL AND to_regclass(ours) IS NULL THEN
    EXECUTE format('CREATE TABLE %s (%s)', ours, columns);
  END IF;
  RETURN coalesce(to_regclass(found), to_regclass(ours));
END
$$;
