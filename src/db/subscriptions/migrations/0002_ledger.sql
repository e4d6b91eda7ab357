-- The ledger: one row for each settled occurrence, and one for each gap of occurrences that a misfire policy skipped. It is partitioned
-- by month of scheduled_for. Partitions are created in advance; other months are in the default partition.

CREATE TABLE {schema}.{rows}_runs (
  subscription_id     {schema}.{rows}_key NOT NULL,
  scheduled_for       timestamptz NOT NULL,
  outcome             text NOT NULL CHECK (outcome IN ('completed', 'dead', 'skipped', 'coalesced')),
  -- for a gap: the number of occurrences (counted up to 1,000), and the last of them
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

-- Dead occurrences, of one run or of all, in the order in which a retry processes them, so that each page continues where the previous
-- one ended, without a sort.
CREATE INDEX {rows}_runs_deaths ON {schema}.{rows}_runs (finished_at, subscription_id, scheduled_for) WHERE outcome = 'dead';
CREATE INDEX {rows}_runs_deaths_of_run
  ON {schema}.{rows}_runs (run_id, finished_at, subscription_id, scheduled_for) WHERE outcome = 'dead';

CREATE TABLE {schema}.{rows}_runs_default PARTITION OF {schema}.{rows}_runs DEFAULT;

-- Includes last month, for occurrences that were missed before an upgrade.
SELECT {schema}.{rows}_make_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n))::date)
  FROM generate_series(-1, 2) AS n;
