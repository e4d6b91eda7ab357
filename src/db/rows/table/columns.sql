-- The columns that a row schedule adds to the host's table. Repeatable: this file is applied again when the definition changes.
DO $$
DECLARE
  relation regclass := to_regclass({table_text});
  wrong text;
BEGIN
  IF relation IS NULL THEN
    RAISE EXCEPTION 'the table % of the row schedule {name} does not exist: create it before the scheduler migrates', {table_text};
  END IF;
  IF NOT EXISTS (SELECT FROM pg_class WHERE oid = relation AND relkind IN ('r', 'p')) THEN
    RAISE EXCEPTION '% of the row schedule {name} is not a table', {table_text};
  END IF;

  SELECT string_agg(w, ', ') INTO wrong FROM unnest({named}::text[]) AS w
   WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = w AND a.attnum > 0 AND NOT a.attisdropped);
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'the row schedule {name} names columns that % does not have: %', {table_text}, wrong;
  END IF;

  IF NOT EXISTS (
    SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = relation AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
       AND i.indnkeyatts = 1 AND a.attname = {key_text} AND a.attnotnull) THEN
    RAISE EXCEPTION 'the key % of the row schedule {name} must be NOT NULL and have a unique index of its own', {key_text};
  END IF;

  SELECT string_agg(format('%s must be %s', w.column_name, w.wanted), ', ') INTO wrong
    FROM (VALUES {types}) AS w (column_name, wanted)
    JOIN pg_attribute a ON a.attrelid = relation AND a.attname = w.column_name AND NOT a.attisdropped
   WHERE NOT format_type(a.atttypid, NULL) = ANY (string_to_array(w.wanted, ' or '));
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'columns of % have the wrong type for the row schedule {name}: %', {table_text}, wrong
      USING HINT = 'Change their types, or give the schedule another "prefix".';
  END IF;

  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = {due_text} AND attnotnull) THEN
    RAISE EXCEPTION 'the column % of the row schedule {name} must allow NULL: it is null until the next run of a row has been computed', {due_text};
  END IF;
END $$;

ALTER TABLE {table}
  {add_due}
  -- unplanned, resumed: its next run must be computed; planned: it is due at its next run; paused, suspended, ended: it is never due
  ADD COLUMN IF NOT EXISTS {p}_state          text NOT NULL DEFAULT 'unplanned',
  -- the nominal time of the next occurrence, if it differs from the time at which it is due (spread, retry)
  ADD COLUMN IF NOT EXISTS {p}_scheduled_for  timestamptz,
  ADD COLUMN IF NOT EXISTS {p}_attempt        int NOT NULL DEFAULT 0,
  -- the number of consecutive occurrences that were given up
  ADD COLUMN IF NOT EXISTS {p}_failures       int NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS {p}_error          text,
  -- when the schedule was last changed; occurrences before this are not due
  ADD COLUMN IF NOT EXISTS {p}_since          timestamptz,
  -- the start date of a schedule without starts_on
  ADD COLUMN IF NOT EXISTS {p}_anchor_at      timestamptz,
  ADD COLUMN IF NOT EXISTS {p}_last_run_at    timestamptz,
  -- increased by each write of the scheduler, so that other changes are recognised as the host's
  ADD COLUMN IF NOT EXISTS {p}_revision       bigint NOT NULL DEFAULT 0;
