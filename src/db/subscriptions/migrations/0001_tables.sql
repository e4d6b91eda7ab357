-- Subscriptions are stored in the host's own tables. Missing tables are created and our columns are added; nothing is dropped, renamed
-- or rewritten. src/db/subscriptions/adoption has already found the tables, whose qualified names are {entities} and {processing}, and
-- has checked that they can be adopted.

-- The host's id may be a uuid, an integer or text; a domain over its type lets all statements be the same.
DO $$
DECLARE
  key_type text;
BEGIN
  SELECT format_type(atttypid, NULL) INTO key_type FROM pg_attribute
   WHERE attrelid = to_regclass({entities_text}) AND attname = 'id' AND NOT attisdropped;
  EXECUTE format('CREATE DOMAIN {schema}.{rows}_key AS %s', coalesce(key_type, 'uuid'));

  IF to_regclass({entities_text}) IS NULL THEN
    CREATE TABLE {entities} (
      id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      user_id    text,
      frequency  text,
      active     boolean NOT NULL DEFAULT true
    );
  END IF;

  IF to_regclass({processing_text}) IS NULL THEN
    EXECUTE format($sql$
      CREATE TABLE {processing} (
        id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        subscription_id  %s NOT NULL REFERENCES {entities} (id) ON DELETE CASCADE,
        status           varchar(50) NOT NULL DEFAULT 'pending',
        next_run_at      timestamptz,
        last_run_at      timestamptz,
        error            text,
        metadata         jsonb DEFAULT '{}',
        created_at       timestamptz DEFAULT now(),
        updated_at       timestamptz DEFAULT now()
      )$sql$, coalesce(key_type, 'uuid'));
  END IF;
END $$;

ALTER TABLE {entities}
  ADD COLUMN IF NOT EXISTS user_id       text,
  ADD COLUMN IF NOT EXISTS frequency     text,
  ADD COLUMN IF NOT EXISTS active        boolean NOT NULL DEFAULT true,
  ADD COLUMN IF NOT EXISTS timezone      text,
  -- the schedule except for frequency and time zone
  ADD COLUMN IF NOT EXISTS schedule      jsonb,
  ADD COLUMN IF NOT EXISTS tenant_id     text,
  -- null: not paused; the year 9999: until it is resumed
  ADD COLUMN IF NOT EXISTS paused_until  timestamptz;

ALTER TABLE {processing}
  ADD COLUMN IF NOT EXISTS status                varchar(50) NOT NULL DEFAULT 'pending',
  ADD COLUMN IF NOT EXISTS next_run_at           timestamptz,
  ADD COLUMN IF NOT EXISTS last_run_at           timestamptz,
  ADD COLUMN IF NOT EXISTS error                 text,
  ADD COLUMN IF NOT EXISTS metadata              jsonb DEFAULT '{}',
  ADD COLUMN IF NOT EXISTS created_at            timestamptz DEFAULT now(),
  ADD COLUMN IF NOT EXISTS updated_at            timestamptz DEFAULT now(),
  -- nominal time of the current occurrence, or of the next one if it differs from next_run_at (spread, catching up)
  ADD COLUMN IF NOT EXISTS scheduled_for         timestamptz,
  ADD COLUMN IF NOT EXISTS attempt               int NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS claimed_by            uuid,
  ADD COLUMN IF NOT EXISTS claim_token           uuid,
  ADD COLUMN IF NOT EXISTS consecutive_failures  int NOT NULL DEFAULT 0,
  -- the number of occurrences that a misfire policy merged into the current one
  ADD COLUMN IF NOT EXISTS missed_count          int NOT NULL DEFAULT 0,
  -- where the regular sequence continues after an extra occurrence (forced, or a retry of a dead one)
  ADD COLUMN IF NOT EXISTS resume_at             timestamptz,
  ADD COLUMN IF NOT EXISTS resume_for            timestamptz,
  -- since when it has been failing or suspended, and the run in which it failed
  ADD COLUMN IF NOT EXISTS failing_since         timestamptz,
  ADD COLUMN IF NOT EXISTS failed_in             uuid,
  -- hash of the tenant, for fair claims
  ADD COLUMN IF NOT EXISTS bucket                smallint NOT NULL DEFAULT 0,
  -- may be claimed when it is due; maintained by triggers
  ADD COLUMN IF NOT EXISTS runnable              boolean NOT NULL DEFAULT false,
  -- another, newer row of the same subscription is the live one
  ADD COLUMN IF NOT EXISTS superseded            boolean NOT NULL DEFAULT false,
  -- its subscription was changed while it was being processed: runnable is computed again when it ends
  ADD COLUMN IF NOT EXISTS recheck               boolean NOT NULL DEFAULT false,
  -- its schedule has changed: it is not claimed before its next run has been computed again
  ADD COLUMN IF NOT EXISTS stale                 boolean NOT NULL DEFAULT false,
  -- when the schedule was last changed; occurrences before this are not due
  ADD COLUMN IF NOT EXISTS schedule_since        timestamptz,
  -- the start date of a schedule without starts_on
  ADD COLUMN IF NOT EXISTS anchor_at             timestamptz;
