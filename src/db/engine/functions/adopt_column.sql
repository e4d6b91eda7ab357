-- For the migrations of modules: makes sure that a table of the host has a column of a suitable type. A column that is missing is added
-- with `definition`, or refused if that is null. `types` lists the suitable types, separated by commas; a capital letter is a category of
-- types as in pg_type (S: text, N: numbers, B: boolean, E: enums), null is any type. `purpose` completes the message.
CREATE OR REPLACE FUNCTION {schema}.adopt_column(host_table regclass, column_name text, definition text, types text, purpose text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  has text := {schema}.column_type(host_table, column_name);
  suitable text[] := string_to_array(types, ',');
  words text[];
BEGIN
  IF has IS NULL THEN
    IF definition IS NULL THEN
      RAISE EXCEPTION 'the table % cannot be adopted for %: it has no column %', host_table, purpose, column_name;
    END IF;
    EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', host_table, column_name, definition);
  ELSIF types IS NOT NULL AND NOT ARRAY[has, (SELECT typcategory::text FROM pg_type WHERE oid = has::regtype)] && suitable THEN
    words := ARRAY(
      SELECT CASE one WHEN 'S' THEN 'text' WHEN 'N' THEN 'integer' WHEN 'B' THEN 'boolean' ELSE one END
      FROM unnest(suitable) WITH ORDINALITY AS s (one, place)
      WHERE one <> 'E' AND NOT (one = 'character varying' AND 'text' = ANY (suitable)) ORDER BY place);
    RAISE EXCEPTION 'the table % cannot be adopted for %: its column % must be of type %, but is %', host_table, purpose, column_name,
      concat_ws(' or ', nullif(array_to_string(words[: cardinality(words) - 1], ', '), ''), words[cardinality(words)]), has;
  END IF;
END
$$;
