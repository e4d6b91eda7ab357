-- The ledger: one row per settled occurrence, one per gap of occurrences that a misfire policy left out.
-- A partition per month of scheduled_for is made ahead of time; what is far away stands in the default partition.

CREATE TABLE {schema}.{rows}_runs (
  subscription_id     {schema}.{rows}_key NOT NULL,
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

-- What died, in one run or in any, in the very order in which a retry goes through it: each page goes on from where the last one
-- ended, without sorting the rest.
CREATE INDEX {rows}_runs_deaths ON {schema}.{rows}_runs (finished_at, subscription_id, scheduled_for) WHERE outcome = 'dead';
CREATE INDEX {rows}_runs_deaths_of_run
  ON {schema}.{rows}_runs (run_id, finished_at, subscription_id, scheduled_for) WHERE outcome = 'dead';

CREATE TABLE {schema}.{rows}_runs_default PARTITION OF {schema}.{rows}_runs DEFAULT;

-- Last month's too: what was missed before an upgrade is settled there.
SELECT {schema}.{rows}_make_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n))::date)
  FROM generate_series(-1, 2) AS n;
