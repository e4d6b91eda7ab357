-- The engine's own tables: instances, scheduled processes, runs, and the audit log.

CREATE SEQUENCE {schema}.presence_keys AS int MINVALUE 1 MAXVALUE 2147483647 CYCLE;

CREATE TABLE {schema}.scheduler_instances (
  id            uuid PRIMARY KEY,
  hostname      text NOT NULL,
  pid           int NOT NULL,
  version       text NOT NULL,
  presence_key  int NOT NULL,
  state         text NOT NULL DEFAULT 'alive' CHECK (state IN ('alive', 'draining', 'dead', 'stopped')),
  started_at    timestamptz NOT NULL DEFAULT now(),
  heartbeat_at  timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz,
  -- true: the process survived the end of this instance (the database was lost), so its jobs did not cause that end
  survived      boolean,
  in_flight     jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);
CREATE INDEX scheduler_instances_living ON {schema}.scheduler_instances (id) WHERE state IN ('alive', 'draining');

-- Declared values and values changed by an operator are stored side by side, so that the changes survive deployments.
CREATE TABLE {schema}.scheduler_processes (
  name               text PRIMARY KEY,
  lock_id            int GENERATED ALWAYS AS IDENTITY UNIQUE,
  exclusive          boolean NOT NULL,
  declared_schedule  jsonb,
  schedule           jsonb,
  enabled            boolean NOT NULL DEFAULT true,
  paused_until       timestamptz,
  budget_s           double precision NOT NULL,
  -- when this process first had a schedule; a rule without starts_on counts from here
  anchor_at          timestamptz NOT NULL DEFAULT now(),
  -- the next slot that has not been started; null: there is none
  next_run_at        timestamptz,
  last_run_id        uuid,
  updated_at         timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

CREATE TABLE {schema}.scheduler_runs (
  id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  process           text NOT NULL,
  slot              timestamptz,
  exclusive         boolean NOT NULL,
  trigger           text NOT NULL CHECK (trigger IN ('tick', 'manual', 'cron', 'retry')),
  triggered_by      text,
  instance_id       uuid NOT NULL,
  status            text NOT NULL DEFAULT 'running'
                    CHECK (status IN ('running', 'completed', 'failed', 'cancelled', 'abandoned')),
  -- how often this slot was started: a crash abandons it, and it is started again
  attempt           int NOT NULL DEFAULT 1,
  started_at        timestamptz NOT NULL DEFAULT now(),
  finished_at       timestamptz,
  counts            jsonb NOT NULL DEFAULT '{}',
  progress          jsonb,
  error             text,
  stopped_early     boolean NOT NULL DEFAULT false,
  samples           jsonb NOT NULL DEFAULT '[]',
  error_groups      jsonb NOT NULL DEFAULT '{}',
  input             jsonb,
  cancel_requested  text
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX scheduler_runs_slot ON {schema}.scheduler_runs (process, slot) WHERE exclusive AND slot IS NOT NULL;
CREATE INDEX scheduler_runs_running ON {schema}.scheduler_runs (instance_id, process) WHERE status = 'running';
CREATE INDEX scheduler_runs_newest ON {schema}.scheduler_runs (started_at DESC, id DESC);
CREATE INDEX scheduler_runs_of_process ON {schema}.scheduler_runs (process, started_at DESC, id DESC);

-- For 24 hours, a repeated trigger with the same key returns the first run.
CREATE TABLE {schema}.idempotency_keys (
  process      text NOT NULL,
  key          text NOT NULL,
  fingerprint  text NOT NULL,
  run_id       uuid NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (process, key)
);
CREATE INDEX idempotency_keys_age ON {schema}.idempotency_keys (created_at);

CREATE TABLE {schema}.scheduler_stats (
  day          date NOT NULL,
  name         text NOT NULL,
  runs         bigint NOT NULL DEFAULT 0,
  successful   bigint NOT NULL DEFAULT 0,
  failed       bigint NOT NULL DEFAULT 0,
  skipped      bigint NOT NULL DEFAULT 0,
  dead         bigint NOT NULL DEFAULT 0,
  duration_ms  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, name)
) WITH (fillfactor = 70);

CREATE TABLE {schema}.audit_log (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT now(),
  actor       text NOT NULL,
  action      text NOT NULL,
  target      text,
  ip          text,
  request_id  text,
  details     jsonb
);
CREATE INDEX audit_log_by_actor ON {schema}.audit_log (actor, id DESC);
CREATE INDEX audit_log_by_action ON {schema}.audit_log (action, id DESC);

CREATE TABLE {schema}.scheduler_meta (
  key         text PRIMARY KEY,
  value       jsonb NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT now()
);

-- API keys of workspaces for other services.
CREATE TABLE {schema}.workspace_keys (
  workspace_id  text NOT NULL,
  provider      text NOT NULL,
  -- AES-256-GCM; the value contains the id of the encryption key
  value         text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, provider)
);
