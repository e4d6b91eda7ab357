-- Digest schedules: the host's own table `digest_schedules` if there is one in the search path, otherwise a table of ours. In both cases,
-- the view digest_schedule_rows has the same columns, and to_digest_schedule_id converts text to a value of its `id` (null if it is
-- invalid). Missing columns are added to the host's table; nothing is renamed, rewritten or dropped.
DO $adopt$
DECLARE
  host regclass := to_regclass({host_digest_schedules});
  key_type text;
  doubled boolean;
BEGIN
  IF host IS NULL THEN
    CREATE TABLE {schema}.digest_schedules (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      -- ids of the host, which may have any type
      recipient_id text NOT NULL,
      group_id text NOT NULL,
      frequency text NOT NULL DEFAULT 'daily' CHECK (frequency IN ('daily', 'weekly', 'monthly')),
      is_active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    host := '{schema}.digest_schedules'::regclass;
  END IF;

  PERFORM {schema}.adopt_column(host, c.name, c.definition, c.types, 'digests') FROM (VALUES
    ('id', NULL, 'uuid,bigint,integer,text,character varying'),
    ('recipient_id', NULL, NULL), ('group_id', NULL, NULL), ('frequency', 'text', 'S'),
    -- local time of day
    ('delivery_time', 'text', 'text,character varying,time without time zone'),
    -- weekly: 1 = Monday … 7 = Sunday; monthly: 1 … 31
    ('delivery_day', 'smallint', 'N'),
    ('timezone', 'text', 'S'),
    -- true: no zone was chosen, so it follows that of the recipient
    ('timezone_follows', 'boolean NOT NULL DEFAULT false', 'B'),
    ('is_active', 'boolean NOT NULL DEFAULT true', 'B'),
    ('max_updates_per_digest', 'integer', 'N'),
    ('include_content_types', 'text[]', 'text[],character varying[],jsonb'),
    ('dst_gap', 'text', 'S'), ('dst_overlap', 'text', 'S'), ('month_end', 'text', 'S'), ('misfire', 'text', 'S'),
    -- updates up to this time have been sent
    ('last_digest_sent', 'timestamptz', 'timestamp with time zone'),
    -- when the next one is due; null: not planned yet
    ('next_digest_scheduled', 'timestamptz', 'timestamp with time zone'),
    -- recent updates in the last digest, before which another update may still be committed: {until, ids}
    ('recent_updates', 'jsonb', 'jsonb'),
    -- the occurrence that create_digest_jobs() has counted
    ('digest_requested_for', 'timestamptz', 'timestamp with time zone'),
    ('created_at', 'timestamptz NOT NULL DEFAULT now()', NULL), ('updated_at', 'timestamptz NOT NULL DEFAULT now()', NULL)
  ) AS c (name, definition, types);
  key_type := {schema}.column_type(host, 'id');

  -- one schedule for each (recipient, group, frequency); existing duplicates of the host are kept, but new ones are refused
  EXECUTE format('SELECT EXISTS (SELECT FROM %s GROUP BY recipient_id, group_id, frequency HAVING count(*) > 1)', host) INTO doubled;
  IF NOT doubled THEN
    EXECUTE format('CREATE UNIQUE INDEX punctual_digest_schedules_one ON %s (recipient_id, group_id, frequency)', host);
  ELSE
    EXECUTE format('CREATE INDEX punctual_digest_schedules_one ON %s (recipient_id, group_id, frequency)', host);
  END IF;
  EXECUTE format('CREATE INDEX punctual_digest_schedules_group ON %s (group_id)', host);

  EXECUTE 'CREATE VIEW {schema}.digest_schedule_rows AS SELECT s.id, s.recipient_id, s.group_id, s.frequency, s.delivery_time,
    s.delivery_day, s.timezone, s.timezone_follows, s.is_active, s.max_updates_per_digest, s.include_content_types, s.dst_gap,
    s.dst_overlap, s.month_end, s.misfire, s.last_digest_sent, s.next_digest_scheduled, s.recent_updates, s.digest_requested_for,
    s.created_at, s.updated_at FROM ' || host || ' s';

  -- the host generates ids in its application: give the view a default
  IF key_type IN ('uuid', 'text', 'character varying') AND NOT EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = host AND a.attname = 'id' AND (a.atthasdef OR a.attidentity <> '')) THEN
    EXECUTE 'ALTER VIEW {schema}.digest_schedule_rows ALTER COLUMN id SET DEFAULT gen_random_uuid()'
      || CASE WHEN key_type = 'uuid' THEN '' ELSE '::text' END;
  END IF;

  -- convert ids from text to the types of the columns, so that their indexes are used
  PERFORM {schema}.create_id_function(c.function_name, {schema}.column_type(host, c.name)) FROM (VALUES
    ('id', 'to_digest_schedule_id'), ('recipient_id', 'to_digest_recipient_id'), ('group_id', 'to_digest_group_id')
  ) AS c (name, function_name);
END
$adopt$;
