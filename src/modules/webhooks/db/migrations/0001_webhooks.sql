-- Webhooks for ended jobs: the endpoints with their subscribed events, and every delivery.
CREATE TABLE {schema}.webhook_endpoints (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- null: created by an administrator, for the events of all workspaces
  workspace_id  text,
  url           text NOT NULL,
  description   text,
  events        text[] NOT NULL,
  -- the job types for which it receives events; null: all
  types         text[],
  enabled       boolean NOT NULL DEFAULT true,
  disabled_why  text,
  -- encrypted, the newest first; an older one is also used for signatures until it expires
  secrets       jsonb NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_endpoints_workspace ON {schema}.webhook_endpoints (workspace_id);

CREATE TABLE {schema}.webhook_deliveries (
  id               uuid PRIMARY KEY,
  endpoint_id      uuid NOT NULL REFERENCES {schema}.webhook_endpoints (id) ON DELETE CASCADE,
  event            text NOT NULL,
  payload          jsonb NOT NULL,
  status           text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
  attempts         integer NOT NULL DEFAULT 0,
  response_status  integer,
  error            text,
  duration_ms      integer,
  created_at       timestamptz NOT NULL DEFAULT now(),
  delivered_at     timestamptz
) WITH (fillfactor = 70);
CREATE INDEX webhook_deliveries_endpoint ON {schema}.webhook_deliveries (endpoint_id, id DESC);
CREATE INDEX webhook_deliveries_age ON {schema}.webhook_deliveries (created_at);
