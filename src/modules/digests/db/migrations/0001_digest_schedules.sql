-- Digest schedules: the host's own table `digest_schedules` if there is one in the search path, otherwise a table of ours. In both cases,
-- the view digest_schedule_rows has the same columns, and to_digest_schedule_id converts text to a value of its `id` (null if it is
-- invalid). Missing columns are added to the host's table; nothing is renamed, rewritten or dropped.
DO $adopt$
DECLARE
  host regclass := to_regclass({host_digest_schedules});
  wanted record;
  has text;
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

  SELECT a.atttypid::regtype::text INTO key_type FROM pg_attribute a
    WHERE a.attrelid = host AND a.attname = 'id' AND NOT a.attisdropped;
  IF key_type IS NULL OR key_type NOT IN ('uuid', 'bigint', 'integer', 'text', 'character varying') THEN
    RAISE EXCEPTION 'the table % cannot be adopted for digests: its column id must be uuid, bigint, integer or text, but is %',
      host, coalesce(key_type, 'missing');
  END IF;

  -- `needs`: null for any type, one letter for a category of types, otherwise the allowed types
  FOR wanted IN SELECT * FROM (VALUES
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
  ) AS columns (name, type, needs) LOOP
    SELECT CASE WHEN length(wanted.needs) = 1 THEN t.typcategory::text ELSE a.atttypid::regtype::text END INTO has
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = host AND a.attname = wanted.name AND NOT a.attisdropped;
    IF NOT FOUND AND wanted.type IS NULL THEN
      RAISE EXCEPTION 'the table % cannot be adopted for digests: it has no column %', host, wanted.name;
    ELSIF NOT FOUND THEN
      EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', host, wanted.name, wanted.type);
    ELSIF wanted.needs IS NOT NULL AND NOT has = ANY (string_to_array(wanted.needs, ',')) THEN
      RAISE EXCEPTION 'the table % cannot be adopted for digests: its column % must be of type %, but is %', host, wanted.name,
        CASE wanted.needs WHEN 'S' THEN 'text' WHEN 'N' THEN 'integer' WHEN 'B' THEN 'boolean'
          ELSE replace(wanted.needs, ',', ' or ') END,
        (SELECT a.atttypid::regtype FROM pg_attribute a WHERE a.attrelid = host AND a.attname = wanted.name);
    END IF;
  END LOOP;

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
  FOR wanted IN SELECT * FROM (VALUES ('id', 'to_digest_schedule_id'), ('recipient_id', 'to_digest_recipient_id'),
    ('group_id', 'to_digest_group_id')) AS columns (name, function) LOOP
    SELECT a.atttypid::regtype::text INTO has FROM pg_attribute a WHERE a.attrelid = host AND a.attname = wanted.name;
    EXECUTE format('CREATE FUNCTION {schema}.%I(given text) RETURNS %s LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %L', wanted.function,
      has, CASE has
        WHEN 'uuid' THEN $sql$SELECT CASE WHEN given ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN given::uuid END$sql$
        WHEN 'bigint' THEN $sql$SELECT CASE WHEN given ~ '^[0-9]{1,18}$' THEN given::bigint END$sql$
        WHEN 'integer' THEN $sql$SELECT CASE WHEN given ~ '^[0-9]{1,9}$' THEN given::integer END$sql$
        ELSE format('SELECT given::%s', has)
      END);
  END LOOP;
END
$adopt$;
