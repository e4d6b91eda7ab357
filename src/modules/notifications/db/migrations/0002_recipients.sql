-- Recipients: the host's own table `recipients` if there is one in the search path, otherwise a table of ours. In both cases, the view
-- notification_recipients has the same columns, and to_recipient_id converts text to a value of its `id` (null if it is invalid).
-- Missing columns are added to the host's table; nothing is renamed, rewritten or dropped.
DO $adopt$
DECLARE
  host regclass := to_regclass({host_recipients});
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

  PERFORM {schema}.adopt_column(host, c.name, c.definition, c.types, 'notifications') FROM (VALUES
    ('id', NULL, 'uuid,bigint,integer,text,character varying'),
    ('user_id', 'text', NULL), ('workspace_id', 'text', NULL), ('name', 'text', 'S'), ('email', 'text', 'S'), ('phone', 'text', 'S'),
    ('relationship', 'text', 'S'), ('timezone', 'text', 'S'), ('quiet_hours', 'jsonb', 'jsonb'),
    ('muted_until', 'timestamp with time zone', 'timestamp with time zone'), ('preferences', 'jsonb', 'jsonb')
  ) AS c (name, definition, types);

  EXECUTE 'CREATE VIEW {schema}.notification_recipients AS SELECT r.id, r.user_id::text AS user_id, r.workspace_id::text AS workspace_id,
    r.name::text AS name, r.email::text AS email, r.phone::text AS phone, r.relationship::text AS relationship, r.timezone,
    r.quiet_hours, r.muted_until, r.preferences FROM ' || host || ' r';

  PERFORM {schema}.create_id_function('to_recipient_id', {schema}.column_type(host, 'id'));
END
$adopt$;
