-- For the migrations of modules: the type of a column as `regtype` names it, null if there is no such column.
CREATE OR REPLACE FUNCTION {schema}.column_type(host_table regclass, column_name text) RETURNS text LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.atttypid::regtype::text FROM pg_attribute a
  WHERE a.attrelid = host_table AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
$$;
