-- Subscriptions live in the host's own tables. What is missing is created, our columns are added; nothing is dropped, renamed or
-- rewritten. src/db/subscriptions/adoption has checked beforehand that what is there can be adopted, and has found the tables:
-- {entities} and {processing} are their qualified names.

-- The host's id may be uuid, an integer or text: a domain of that type keeps every statement the same.
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
  -- what a schedule has beyond frequency and time zone
  ADD COLUMN IF NOT EXISTS schedule      jsonb,
  ADD COLUMN IF NOT EXISTS tenant_id     text,
  -- null: not paused; the year 9999: until somebody resumes it
  ADD COLUMN IF NOT EXISTS paused_until  timestamptz;

ALTER TABLE {processing}
  ADD COLUMN IF NOT EXISTS status                varchar(50) NOT NULL DEFAULT 'pending',
  ADD COLUMN IF NOT EXISTS next_run_at           timestamptz,
  ADD COLUMN IF NOT EXISTS last_run_at           timestamptz,
  ADD COLUMN IF NOT EXISTS error                 text,
  ADD COLUMN IF NOT EXISTS metadata              jsonb DEFAULT '{}',
  ADD COLUMN IF NOT EXISTS created_at            timestamptz DEFAULT now(),
  ADD COLUMN IF NOT EXISTS updated_at            timestamptz DEFAULT now(),
  -- nominal time of the occurrence in hand, or of the next one where next_run_at is not it (spread, catching up)
  ADD COLUMN IF NOT EXISTS scheduled_for         timestamptz,
  ADD COLUMN IF NOT EXISTS attempt               int NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS claimed_by            uuid,
  ADD COLUMN IF NOT EXISTS claim_token           uuid,
  ADD COLUMN IF NOT EXISTS consecutive_failures  int NOT NULL DEFAULT 0,
  -- occurrences that a misfire policy folded into the one in hand
  ADD COLUMN IF NOT EXISTS missed_count          int NOT NULL DEFAULT 0,
  -- where the regular sequence goes on after an extra occurrence (forced, or a dead one replayed)
  ADD COLUMN IF NOT EXISTS resume_at             timestamptz,
  ADD COLUMN IF NOT EXISTS resume_for            timestamptz,
  -- set while the last attempt failed or the row is suspended, and the run in which it failed
  ADD COLUMN IF NOT EXISTS failing_since         timestamptz,
  ADD COLUMN IF NOT EXISTS failed_in             uuid,
  -- hash of the tenant, for fair claims
  ADD COLUMN IF NOT EXISTS bucket                smallint NOT NULL DEFAULT 0,
  -- may be claimed once it is due; triggers keep it
  ADD COLUMN IF NOT EXISTS runnable              boolean NOT NULL DEFAULT false,
  -- a newer row of the same subscription is the live one
  ADD COLUMN IF NOT EXISTS superseded            boolean NOT NULL DEFAULT false,
  -- its subscription was paused or switched off while it ran: runnable is looked at again when it ends
  ADD COLUMN IF NOT EXISTS recheck               boolean NOT NULL DEFAULT false,
  -- its schedule changed: not claimed before its next run is computed anew
  ADD COLUMN IF NOT EXISTS stale                 boolean NOT NULL DEFAULT false,
  -- since when the schedule is what it is: no occurrence before this is owed
  ADD COLUMN IF NOT EXISTS schedule_since        timestamptz,
  -- where a schedule without starts_on takes its date from
  ADD COLUMN IF NOT EXISTS anchor_at             timestamptz;
