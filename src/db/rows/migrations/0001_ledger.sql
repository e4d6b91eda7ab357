-- The ledger of all row schedules: one row for each occurrence, and one for each gap of occurrences that a misfire policy skipped.

CREATE TABLE {schema}.row_runs (
  schedule            text NOT NULL,
  row_key             text NOT NULL,
  scheduled_for       timestamptz NOT NULL,
  -- enqueued: a job is processing it; failed: it waits for its next attempt
  outcome             text NOT NULL CHECK (outcome IN ('completed', 'skipped', 'coalesced', 'enqueued', 'failed', 'dead')),
  -- for a gap: the number of occurrences (counted up to 1,000), and the last of them
  occurrences         int NOT NULL DEFAULT 1,
  last_scheduled_for  timestamptz,
  attempts            int NOT NULL DEFAULT 0,
  due_at              timestamptz,
  finished_at         timestamptz NOT NULL,
  -- why it was skipped or failed
  reason              text,
  run_id              uuid,
  PRIMARY KEY (schedule, row_key, scheduled_for)
);

-- For retention, and for lists in descending order of time.
CREATE INDEX row_runs_finished ON {schema}.row_runs (finished_at);
CREATE INDEX row_runs_of_schedule ON {schema}.row_runs (schedule, finished_at);
CREATE INDEX row_runs_troubled ON {schema}.row_runs (schedule, finished_at) WHERE outcome IN ('failed', 'dead');

ALTER TABLE {schema}.row_runs SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
