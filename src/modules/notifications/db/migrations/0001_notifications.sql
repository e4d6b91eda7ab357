-- Notifications and their outcomes. A notification has the id of its job, but is kept longer: the queue deletes a finished job after a
-- day, and notifications are kept for 90 days (NOTIFY_KEEP_DAYS).

-- Ids are version 7 UUIDs, which increase with time, so their order is the order of creation.
CREATE TABLE {schema}.notifications (
  id uuid PRIMARY KEY,
  batch_id uuid,
  delivery_method text NOT NULL DEFAULT 'email' CHECK (delivery_method IN ('email', 'sms', 'whatsapp')),
  notification_type text NOT NULL,
  -- the recipient can switch off categories, except `system` and `dunning`, which are critical
  category text NOT NULL,
  -- as in the queue: 0 urgent, 1 high, 2 normal, 3 low
  priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 3),
  -- `processing` is not stored; it means pending with a claimed job (view notification_jobs)
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
  -- the owner, for the status routes
  user_id text,
  workspace_id text,
  -- ids of the host, which may have any type
  recipient_id text,
  group_id text,
  update_id text,
  -- null: the address of the recipient when the message is sent, which is then stored here
  to_address text,
  to_name text,
  subject text,
  -- data of this notification only, merged over the data of its batch
  template_data jsonb NOT NULL DEFAULT '{}',
  -- set at the first attempt if it was not known before (enqueue_notification_job), and never changed afterwards
  message_id text,
  unique_key text,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- not sent before this time; moved by quiet hours, but not by retries
  scheduled_for timestamptz NOT NULL DEFAULT now(),
  -- when it was sent, failed permanently or was cancelled
  processed_at timestamptz,
  -- duration of the last attempt, from its start to the response of the server
  processing_ms integer,
  attempts smallint NOT NULL DEFAULT 0,
  transport text,
  response_code integer,
  response text,
  -- the error of the last attempt, or the reason of a cancellation
  error text
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE UNIQUE INDEX notifications_unique_key ON {schema}.notifications (unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX notifications_user ON {schema}.notifications (user_id, id) WHERE workspace_id IS NULL AND user_id IS NOT NULL;
CREATE INDEX notifications_workspace ON {schema}.notifications (workspace_id, id) WHERE workspace_id IS NOT NULL;
CREATE INDEX notifications_recipient ON {schema}.notifications (recipient_id, id) WHERE recipient_id IS NOT NULL;
CREATE INDEX notifications_group ON {schema}.notifications (group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX notifications_batch ON {schema}.notifications (batch_id, status) WHERE batch_id IS NOT NULL;
-- for retention: a notification scheduled for a later time is not old
CREATE INDEX notifications_scheduled ON {schema}.notifications (scheduled_for);
CREATE INDEX notifications_open ON {schema}.notifications (scheduled_for) WHERE status = 'pending';
-- notifications that ended within the last hours, for health and metrics
CREATE INDEX notifications_ended ON {schema}.notifications (status, processed_at) WHERE processed_at IS NOT NULL;

-- Every attempt, and every other decision on when or whether to send (quiet hours, a mute, the suppression list).
CREATE TABLE {schema}.notification_log (
  notification_id uuid NOT NULL REFERENCES {schema}.notifications (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- 0: before the first attempt
  attempt smallint NOT NULL,
  -- `deferred`: will be retried. `unknown`: the server may have accepted it; retried with the same Message-ID. `delayed`: scheduled_for
  -- was moved without an attempt. `bounced`, `complained`: reported later by a mail provider
  status text NOT NULL CHECK (status IN ('sent', 'deferred', 'unknown', 'failed', 'delayed', 'cancelled', 'bounced', 'complained')),
  transport text,
  response_code integer,
  response text,
  error text,
  PRIMARY KEY (notification_id, id)
);

-- One call of send-bulk, with the data that its notifications share.
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
  -- the time of its notifications, for retention
  scheduled_for timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notification_batches_scheduled ON {schema}.notification_batches (scheduled_for);

-- Addresses to which nothing is sent. `address` is in lower case; category `*` means all categories.
CREATE TABLE {schema}.notification_suppressions (
  delivery_method text NOT NULL DEFAULT 'email' CHECK (delivery_method IN ('email', 'sms', 'whatsapp')),
  address text NOT NULL CHECK (address = lower(address)),
  category text NOT NULL DEFAULT '*',
  reason text NOT NULL CHECK (reason IN ('unknown_address', 'hard_bounce', 'complaint', 'unsubscribe', 'manual')),
  -- the message of the server or provider, or a note by an operator
  detail text,
  -- a provider, a transport, or the person who added it
  source text,
  notification_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (delivery_method, address, category)
);
CREATE INDEX notification_suppressions_created ON {schema}.notification_suppressions (created_at, address);

-- Events of mail providers. Each is processed once; a repeated delivery changes nothing.
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

-- The view of the previous system.
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
