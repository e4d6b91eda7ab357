-- Notifications: what was asked for and what became of it. A row has the id of its job, and outlives it: the queue deletes a finished
-- job after a day, the history is kept for 90 days (NOTIFY_KEEP_DAYS).

-- Ids rise with time (UUID version 7): the order of ids is the order of creation.
CREATE TABLE {schema}.notifications (
  id uuid PRIMARY KEY,
  batch_id uuid,
  delivery_method text NOT NULL DEFAULT 'email' CHECK (delivery_method IN ('email', 'sms', 'whatsapp')),
  notification_type text NOT NULL,
  -- what the recipient can switch off; `system` and `dunning` are critical
  category text NOT NULL,
  -- as the queue's: 0 urgent, 1 high, 2 normal, 3 low
  priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 3),
  -- `processing` is not stored: it is a pending one whose job is in a claim (view notification_jobs)
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
  -- whose it is, for the status routes
  user_id text,
  workspace_id text,
  -- ids of the host's, of whatever type
  recipient_id text,
  group_id text,
  update_id text,
  -- null: what the recipient's row says when the message is sent; written down then
  to_address text,
  to_name text,
  subject text,
  -- of this notification alone; laid over that of its batch
  template_data jsonb NOT NULL DEFAULT '{}',
  -- written at the first attempt where it was not known before (enqueue_notification_job), the same from then on
  message_id text,
  unique_key text,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- not before; moved by quiet hours, not by retries
  scheduled_for timestamptz NOT NULL DEFAULT now(),
  -- when it was sent, failed for good or was cancelled
  processed_at timestamptz,
  -- of the last attempt, from its start to the server's response
  processing_ms integer,
  attempts smallint NOT NULL DEFAULT 0,
  transport text,
  response_code integer,
  response text,
  -- why it is not sent: of the last attempt, or the reason of a cancel
  error text
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE UNIQUE INDEX notifications_unique_key ON {schema}.notifications (unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX notifications_user ON {schema}.notifications (user_id, id) WHERE workspace_id IS NULL AND user_id IS NOT NULL;
CREATE INDEX notifications_workspace ON {schema}.notifications (workspace_id, id) WHERE workspace_id IS NOT NULL;
CREATE INDEX notifications_recipient ON {schema}.notifications (recipient_id, id) WHERE recipient_id IS NOT NULL;
CREATE INDEX notifications_group ON {schema}.notifications (group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX notifications_batch ON {schema}.notifications (batch_id, status) WHERE batch_id IS NOT NULL;
-- retention goes by it: what is scheduled for a later time is not old
CREATE INDEX notifications_scheduled ON {schema}.notifications (scheduled_for);
CREATE INDEX notifications_open ON {schema}.notifications (scheduled_for) WHERE status = 'pending';
-- what ended in the last hours, for health and metrics
CREATE INDEX notifications_ended ON {schema}.notifications (status, processed_at) WHERE processed_at IS NOT NULL;

-- Every attempt, and whatever else decided when or whether it was sent (quiet hours, a mute, the suppression list).
CREATE TABLE {schema}.notification_log (
  notification_id uuid NOT NULL REFERENCES {schema}.notifications (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- 0: before the first
  attempt smallint NOT NULL,
  -- `deferred`: will be tried again. `unknown`: the server may have accepted it; tried again with the same Message-ID. `delayed`:
  -- scheduled_for was moved, and it was no attempt. `bounced`, `complained`: what a mail provider reported afterwards
  status text NOT NULL CHECK (status IN ('sent', 'deferred', 'unknown', 'failed', 'delayed', 'cancelled', 'bounced', 'complained')),
  transport text,
  response_code integer,
  response text,
  error text,
  PRIMARY KEY (notification_id, id)
);

-- One call of send-bulk: what its notifications share.
CREATE TABLE {schema}.notification_batches (
  id uuid PRIMARY KEY,
  notification_type text NOT NULL,
  user_id text,
  workspace_id text,
  template_data jsonb NOT NULL DEFAULT '{}',
  accepted integer NOT NULL,
  duplicates integer NOT NULL,
  suppressed integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- of its notifications: retention goes by it, as it does for them
  scheduled_for timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notification_batches_scheduled ON {schema}.notification_batches (scheduled_for);

-- Addresses that nothing is sent to. `address` in lower case; category `*` stands for all.
CREATE TABLE {schema}.notification_suppressions (
  delivery_method text NOT NULL DEFAULT 'email' CHECK (delivery_method IN ('email', 'sms', 'whatsapp')),
  address text NOT NULL CHECK (address = lower(address)),
  category text NOT NULL DEFAULT '*',
  reason text NOT NULL CHECK (reason IN ('unknown_address', 'hard_bounce', 'complaint', 'unsubscribe', 'manual')),
  -- the server's or the provider's words, or an operator's
  detail text,
  -- a provider, a transport, or who added it by hand
  source text,
  notification_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (delivery_method, address, category)
);
CREATE INDEX notification_suppressions_created ON {schema}.notification_suppressions (created_at, address);

-- Events of mail providers, each worked on once: a replay changes nothing.
CREATE TABLE {schema}.notification_events (
  provider text NOT NULL,
  event_id text NOT NULL,
  kind text NOT NULL,
  address text,
  notification_id uuid,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (provider, event_id)
);
CREATE INDEX notification_events_received ON {schema}.notification_events (received_at);

-- As the former system had them.
CREATE VIEW {schema}.notification_jobs AS
SELECT n.id, n.recipient_id, n.group_id, n.update_id, n.user_id, n.workspace_id, n.batch_id, n.notification_type, n.category,
  n.delivery_method, (ARRAY['urgent', 'high', 'normal', 'low'])[n.priority + 1] AS priority,
  CASE WHEN n.status = 'pending' AND hand.job_id IS NOT NULL THEN 'processing' ELSE n.status END AS status,
  n.subject, n.to_address, n.message_id, n.scheduled_for, n.processed_at, n.processing_ms AS processing_time_ms,
  greatest(n.attempts - 1, 0)::integer AS retry_count, n.error AS failure_reason, n.created_at
FROM {schema}.notifications n
LEFT JOIN (SELECT unnest(c.job_ids) AS job_id FROM {schema}.job_claims c) hand ON hand.job_id = n.id AND n.status = 'pending';

CREATE VIEW {schema}.notification_delivery_logs AS
SELECT l.id, l.notification_id AS job_id, n.recipient_id, n.delivery_method, l.attempt, l.status, l.transport, l.response_code,
  l.response, l.error, l.at AS created_at
FROM {schema}.notification_log l JOIN {schema}.notifications n ON n.id = l.notification_id;
