-- How late work was, how long it waited and how long it took, per process, job type and receiver: histograms whose bins are the same
-- everywhere (src/base/latency-bins.ts), so that they can be added up over instances and over time. Each time counts in the row of
-- its hour and in that of its day (UTC): a window is read as whole days and the hours at its edge.
CREATE TABLE {schema}.scheduler_latencies (
  span       text NOT NULL CHECK (span IN ('hour', 'day')),
  starts_at  timestamptz NOT NULL,
  subject    text NOT NULL CHECK (subject IN ('process', 'job', 'receiver')),
  name       text NOT NULL,
  measure    text NOT NULL CHECK (measure IN ('lateness', 'wait', 'duration')),
  -- counts by bin, up to the last bin that is not empty
  bins       integer[] NOT NULL,
  PRIMARY KEY (span, starts_at, subject, name, measure)
) WITH (fillfactor = 50);
