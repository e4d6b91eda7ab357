-- Recipients: the host's own table `recipients` if there is one in the search path, otherwise a table of ours. In both cases, the view
-- notification_recipients has the same columns, and to_recipient_id converts text to a value of its `id` (null if it is invalid).
-- Missing columns are added to the host's table; nothing is renamed, rewritten or dropped.
DO $adopt$
DECLARE
  host regclass := to_regclass({host_recipients});
  wanted record;
  has text;
  key_type text;
BEGIN
  IF host IS NULL THEN
    CREATE TABLE {schema}.recipients (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      user_id text,
      workspace_id text,
      name text,
      email text,
      phone text,
      relationship text,
      timezone text,
      quiet_hours jsonb,
      muted_until timestamptz,
      preferences jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX recipients_user ON {schema}.recipients (user_id) WHERE user_id IS NOT NULL;
    CREATE INDEX recipients_workspace ON {schema}.recipients (workspace_id) WHERE workspace_id IS NOT NULL;
    host := '{schema}.recipients'::regclass;
  END IF;

  SELECT a.atttypid::regtype::text INTO key_type FROM pg_attribute a
    WHERE a.attrelid = host AND a.attname = 'id' AND NOT a.attisdropped;
  IF key_type IS NULL OR key_type NOT IN ('uuid', 'bigint', 'integer', 'text', 'character varying') THEN
    RAISE EXCEPTION 'the table % cannot be adopted for notifications: its column id must be uuid, bigint, integer or text, but is %',
      host, coalesce(key_type, 'missing');
  END IF;

  FOR wanted IN SELECT * FROM (VALUES
    ('user_id', 'text', NULL), ('workspace_id', 'text', NULL), ('name', 'text', 'S'), ('email', 'text', 'S'), ('phone', 'text', 'S'),
    ('relationship', 'text', 'S'), ('timezone', 'text', 'S'), ('quiet_hours', 'jsonb', 'jsonb'),
    ('muted_until', 'timestamp with time zone', 'timestamp with time zone'), ('preferences', 'jsonb', 'jsonb')
  ) AS columns (name, type, needs) LOOP
    SELECT CASE WHEN wanted.needs = 'S' THEN t.typcategory::text ELSE a.atttypid::regtype::text END INTO has
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = host AND a.attname = wanted.name AND NOT a.attisdropped;
    IF NOT FOUND THEN
      EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', host, wanted.name, wanted.type);
    ELSIF wanted.needs IS NOT NULL AND has <> wanted.needs THEN
      RAISE EXCEPTION 'the table % cannot be adopted for notifications: its column % must be of type %', host, wanted.name, wanted.type;
    END IF;
  END LOOP;

  EXECUTE 'CREATE VIEW {schema}.notification_recipients AS SELECT r.id, r.user_id::text AS user_id, r.workspace_id::text AS workspace_id,
    r.name::text AS name, r.email::text AS email, r.phone::text AS phone, r.relationship::text AS relationship, r.timezone,
    r.quiet_hours, r.muted_until, r.preferences FROM ' || host || ' r';

  EXECUTE 'CREATE FUNCTION {schema}.to_recipient_id(given text) RETURNS ' || key_type || ' LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
    || quote_literal(CASE key_type
      WHEN 'uuid' THEN $sql$SELECT CASE WHEN given ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN given::uuid END$sql$
      WHEN 'bigint' THEN $sql$SELECT CASE WHEN given ~ '^[0-9]{1,18}$' THEN given::bigint END$sql$
      WHEN 'integer' THEN $sql$SELECT CASE WHEN given ~ '^[0-9]{1,9}$' THEN given::integer END$sql$
      ELSE 'SELECT given'
    END);
END
$adopt$;
