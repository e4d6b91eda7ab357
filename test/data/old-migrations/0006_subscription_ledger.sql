-- The ledger: one row per settled occurrence, one per gap of occurrences that a misfire policy left out.
-- A partition per month of scheduled_for is made ahead of time; what is far away stands in the default partition.

CREATE TABLE {schema}.subscription_runs (
  subscription_id     {schema}.subscription_key NOT NULL,
  scheduled_for       timestamptz NOT NULL,
  outcome             text NOT NULL CHECK (outcome IN ('completed', 'dead', 'skipped', 'coalesced')),
  -- of a gap: how many (counting stops at 1,000), and the last of them
  occurrences         int NOT NULL DEFAULT 1,
  last_scheduled_for  timestamptz,
  attempts            int NOT NULL DEFAULT 0,
  started_at          timestamptz,
  finished_at         timestamptz NOT NULL,
  duration_ms         int,
  error               text,
  response_status     smallint,
  run_id              uuid,
  PRIMARY KEY (subscription_id, scheduled_for)
) PARTITION BY RANGE (scheduled_for);

CREATE INDEX subscription_runs_dead ON {schema}.subscription_runs (finished_at) WHERE outcome = 'dead';
CREATE INDEX subscription_runs_dead_of_run ON {schema}.subscription_runs (run_id) WHERE outcome = 'dead';

CREATE TABLE {schema}.subscription_runs_default PARTITION OF {schema}.subscription_runs DEFAULT;

-- Makes one month's partition, taking along what stood in the default one. False when it is there already.
CREATE FUNCTION {schema}.make_ledger_partition(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  part text := 'subscription_runs_' || to_char(month, 'YYYY_MM');
  first_at timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
  after_at timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(format('{schema}.%I', part)) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE {schema}.%I (LIKE {schema}.subscription_runs INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
  LOCK TABLE {schema}.subscription_runs_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM {schema}.subscription_runs_default WHERE scheduled_for >= %L AND scheduled_for < %L RETURNING *)
     INSERT INTO {schema}.%I SELECT * FROM moved', first_at, after_at, part);
  EXECUTE format('ALTER TABLE {schema}.subscription_runs ATTACH PARTITION {schema}.%I FOR VALUES FROM (%L) TO (%L)',
                 part, first_at, after_at);
  RETURN true;
END $$;

-- Last month's too: what was missed before an upgrade is settled there.
SELECT {schema}.make_ledger_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n))::date)
  FROM generate_series(-1, 2) AS n;
