-- The durable job queue: jobs, their dependencies, their logs, and the settings that operators made for queues.
--
-- A claim is one row of job_claims that lists its jobs; the jobs are not written until they end (docs/adr/0007). A job is held while a
-- claim lists it and it has not ended: `processing` is derived from the claims and never stored. A job leaves the ready index when it
-- ends (completed_at) or must wait for others (blocked).
CREATE TABLE {schema}.jobs (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  queue text NOT NULL DEFAULT 'default',
  payload jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'waiting', 'processing', 'completed', 'failed', 'dead', 'cancelled')),
  priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 3),
  run_at timestamptz NOT NULL DEFAULT now(),
  -- The nominal time of this job (or of this occurrence of a recurring one). Retries change run_at, but not this.
  scheduled_for timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  attempt integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL DEFAULT 5 CHECK (max_attempts > 0),
  -- The number of times an instance died while it held this job.
  crashes integer NOT NULL DEFAULT 0,
  -- True once an instance died after the start of this job had been recorded. Until then its crashes are only suspected
  -- (docs/adr/0006).
  crash_proven boolean,
  timeout_ms integer,
  unique_key text,
  tenant_id text,
  -- Hash of the tenant, for fair claims; -1: no tenant.
  bucket smallint NOT NULL DEFAULT -1,
  workspace_id text,
  user_id text,
  group_id text,
  parent_id uuid,
  -- The number of dependencies that have not completed yet; the job is blocked while there are any.
  open_dependencies integer NOT NULL DEFAULT 0,
  blocked boolean NOT NULL DEFAULT false,
  -- Another job waits for this one, so that its end requires more than one write.
  has_dependents boolean NOT NULL DEFAULT false,
  -- What happens to this job when a job that it waits for dies or is cancelled.
  dependency_failure text NOT NULL DEFAULT 'cancel' CHECK (dependency_failure IN ('cancel', 'continue')),
  -- A schedule (docs/time.md) makes the job recurring: its end enqueues the next occurrence.
  schedule jsonb,
  series_id uuid,
  progress real,
  progress_note text,
  checkpoint jsonb,
  result jsonb,
  error_code text,
  error_message text,
  error_stack text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  duration_ms integer,
  -- Set with the status dead and cleared by a retry, so that dead letters are found without an index on status.
  dead_at timestamptz
) WITH (
  -- the end of a job moves its row; the free space is for progress and checkpoints
  fillfactor = 90,
  autovacuum_vacuum_scale_factor = 0.0,
  autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 1
);

CREATE INDEX jobs_ready ON {schema}.jobs (priority, type, bucket, run_at) WHERE completed_at IS NULL AND NOT blocked;
CREATE INDEX jobs_ended ON {schema}.jobs (completed_at) WHERE completed_at IS NOT NULL AND dead_at IS NULL;
CREATE INDEX jobs_dead ON {schema}.jobs (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX jobs_parent ON {schema}.jobs (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX jobs_workspace ON {schema}.jobs (workspace_id, id) WHERE workspace_id IS NOT NULL;
CREATE INDEX jobs_series ON {schema}.jobs (series_id, scheduled_for) WHERE series_id IS NOT NULL;

-- The jobs of each claim, so that a rescue reads the claims of a dead instance instead of the backlog.
CREATE TABLE {schema}.job_claims (
  token uuid PRIMARY KEY,
  instance_id uuid NOT NULL,
  job_ids uuid[] NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  -- jobs of this claim whose start was recorded before they ran; null: none
  begun uuid[]
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE {schema}.job_claims ALTER COLUMN job_ids SET STORAGE EXTERNAL;
CREATE INDEX job_claims_instance ON {schema}.job_claims (instance_id);

-- The holder of each unique key, and until when (infinity: until the job ends, or starts).
CREATE TABLE {schema}.job_keys (
  key text PRIMARY KEY,
  job_id uuid NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX job_keys_expiry ON {schema}.job_keys (expires_at) WHERE expires_at < 'infinity';

-- No foreign keys, because they would be checked at the end of every job. Retention deletes the dependencies with their job.
CREATE TABLE {schema}.job_dependencies (
  job_id uuid NOT NULL,
  depends_on uuid NOT NULL,
  -- null while the other job has not ended; then how it ended
  ended_as text CHECK (ended_as IN ('completed', 'dead', 'cancelled')),
  PRIMARY KEY (job_id, depends_on)
);
CREATE INDEX job_dependencies_open ON {schema}.job_dependencies (depends_on) WHERE ended_as IS NULL;

-- No foreign key, because a line must not wait for the lock of the job's row. Retention deletes the logs with their job.
CREATE TABLE {schema}.job_logs (
  job_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  level text NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message text NOT NULL,
  data jsonb,
  attempt integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (job_id, id)
);

-- Settings of a queue that an operator has changed; a queue without a row has no limits of its own.
CREATE TABLE {schema}.job_queues (
  name text PRIMARY KEY,
  paused boolean NOT NULL DEFAULT false,
  -- maximum number of jobs at once per instance; null: limited only by the worker
  concurrency integer CHECK (concurrency > 0),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Token buckets that every instance draws from.
CREATE TABLE {schema}.job_rate_limits (
  name text PRIMARY KEY,
  tokens double precision NOT NULL,
  -- the result of the last draw
  granted integer NOT NULL,
  refilled_at timestamptz NOT NULL
) WITH (fillfactor = 10);

-- Roll-ups per type and hour; latency is a histogram whose bounds are powers of two, in milliseconds.
CREATE TABLE {schema}.job_stats (
  hour timestamptz NOT NULL,
  type text NOT NULL,
  completed bigint NOT NULL DEFAULT 0,
  retried bigint NOT NULL DEFAULT 0,
  dead bigint NOT NULL DEFAULT 0,
  cancelled bigint NOT NULL DEFAULT 0,
  duration_ms bigint NOT NULL DEFAULT 0,
  slowest_ms integer NOT NULL DEFAULT 0,
  slowest_job uuid,
  histogram bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (hour, type)
) WITH (fillfactor = 50);
