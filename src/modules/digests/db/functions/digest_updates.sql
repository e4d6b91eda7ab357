-- Creates the view digest_updates over the updates that digests contain, whatever the names of the host's table and its columns. Applied
-- again when those names change. If the host has no such table, one of ours is created. In a new database this runs before the migrations.
DO $adopt$
DECLARE
  host regclass := to_regclass({host_updates});
  key_type text;
  given record;
  parts text := '';
  make text;
  group_column text;
BEGIN
  IF host IS NULL THEN
    CREATE TABLE IF NOT EXISTS {schema}.updates (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      group_id text NOT NULL,
      author_id text,
      content_type text,
      title text,
      body text,
      created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX IF NOT EXISTS updates_group_created ON {schema}.updates (group_id, created_at DESC, id DESC);
    host := '{schema}.updates'::regclass;
  END IF;

  FOR given IN
    SELECT w.name, w.host_name, w.needed, a.atttypid::regtype::text AS type
    FROM (VALUES
      (1, 'id', {host_updates_id}, true), (2, 'group_id', {host_updates_group_id}, true),
      (3, 'author_id', {host_updates_author_id}, false), (4, 'content_type', {host_updates_content_type}, false),
      (5, 'title', {host_updates_title}, false), (6, 'body', {host_updates_body}, false),
      (7, 'created_at', {host_updates_created_at}, true)) AS w (place, name, host_name, needed)
    LEFT JOIN pg_attribute a ON a.attrelid = host AND a.attname = w.host_name AND NOT a.attisdropped
    ORDER BY w.place
  LOOP
    -- a column that was named explicitly must exist; an optional one with the default name may be missing
    IF given.type IS NULL AND (given.needed OR given.host_name <> given.name) THEN
      RAISE EXCEPTION 'the table % cannot be used for digests: it has no column % (for %)', host, given.host_name, given.name
        USING HINT = 'Name its columns: digests({ updates: { columns: { … } } }).';
    END IF;
    IF given.name = 'created_at' AND given.type <> 'timestamp with time zone' THEN
      RAISE EXCEPTION 'the table % cannot be used for digests: its column % must be timestamp with time zone, but is %', host,
        given.host_name, given.type;
    END IF;
    IF given.name = 'group_id' THEN
      key_type := given.type;
      group_column := given.host_name;
    END IF;
    parts := parts || CASE WHEN parts = '' THEN '' ELSE ', ' END || CASE
      WHEN given.type IS NULL THEN format('NULL::text AS %I', given.name)
      WHEN given.name IN ('group_id', 'created_at') THEN format('u.%I AS %I', given.host_name, given.name)
      ELSE format('u.%I::text AS %I', given.host_name, given.name)
    END;
  END LOOP;

  -- whether updates of a group can be found without reading all updates
  EXECUTE format('CREATE OR REPLACE FUNCTION {schema}.digest_updates_indexed() RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS %L', format(
    'SELECT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
       WHERE i.indrelid = %L::regclass AND i.indisvalid AND i.indpred IS NULL AND a.attname = %L)',
    (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = host),
    group_column));

  -- replaced if possible, because a view that is dropped and created again loses its privileges
  BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW {schema}.digest_updates AS SELECT %s FROM %s u', parts, host);
  EXCEPTION WHEN invalid_table_definition THEN
    DROP VIEW {schema}.digest_updates;
    EXECUTE format('CREATE VIEW {schema}.digest_updates AS SELECT %s FROM %s u', parts, host);
  END;

  -- converts the id of a group from text to the type of the column, so that its index is used
  make := format('CREATE OR REPLACE FUNCTION {schema}.to_update_group(given text) RETURNS %s LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %L',
    key_type, CASE key_type
      WHEN 'uuid' THEN $sql$SELECT CASE WHEN given ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN given::uuid END$sql$
      WHEN 'bigint' THEN $sql$SELECT CASE WHEN given ~ '^-?[0-9]{1,19}$' THEN
        CASE WHEN given::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN given::bigint END END$sql$
      WHEN 'integer' THEN $sql$SELECT CASE WHEN given ~ '^-?[0-9]{1,19}$' THEN
        CASE WHEN given::numeric BETWEEN -2147483648 AND 2147483647 THEN given::integer END END$sql$
      ELSE format('SELECT given::%s', key_type)
    END);
  BEGIN
    EXECUTE make;
  EXCEPTION WHEN invalid_function_definition THEN
    DROP FUNCTION {schema}.to_update_group(text);
    EXECUTE make;
  END;
END
$adopt$;
