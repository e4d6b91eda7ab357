-- For the migrations of modules: makes sure that an index of a table of the host begins with the first of these columns. If none does, one
-- with this name is created.
CREATE OR REPLACE FUNCTION {schema}.adopt_index(host_table regclass, index_name text, VARIADIC column_names text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    WHERE i.indrelid = host_table AND i.indisvalid AND i.indpred IS NULL AND a.attname = column_names[1] AND m.amname = 'btree'
  ) THEN
    EXECUTE format('CREATE INDEX %I ON %s (%s)', index_name, host_table,
      (SELECT string_agg(quote_ident(one), ', ' ORDER BY place) FROM unnest(column_names) WITH ORDINALITY AS n (one, place)));
  END IF;
END
$$;
