-- Histograms of lateness, wait and duration, per process, job type and receiver. All have the same bins (src/base/latency-bins.ts), so
-- that they can be added up over instances and over time. Each value is counted in the row of its hour and in that of its day (UTC), so
-- that a window can be read as whole days plus the hours at its edge.
CREATE TABLE {schema}.scheduler_latencies (
  span       text NOT NULL CHECK (span IN ('hour', 'day')),
  starts_at  timestamptz NOT NULL,
  subject    text NOT NULL CHECK (subject IN ('process', 'job', 'receiver')),
  name       text NOT NULL,
  measure    text NOT NULL CHECK (measure IN ('lateness', 'wait', 'duration')),
  -- counts per bin, up to the last one that is not empty
  bins       integer[] NOT NULL,
  PRIMARY KEY (span, starts_at, subject, name, measure)
) WITH (fillfactor = 50);
