-- Stores any number of notifications and says of each, by its place from 1, what became of it: `queued`, `duplicate` (its unique key is
-- taken; the id is that of the one that has it) or `suppressed` (stored as cancelled). The caller enqueues the jobs of those queued.
-- Two statements, so that the second sees the holder of a key that was committed while the first waited for it.
CREATE OR REPLACE FUNCTION {schema}.store_notifications(items json)
RETURNS TABLE (place bigint, id uuid, outcome text, user_id text, workspace_id text) LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $store$
#variable_conflict use_column
BEGIN
  WITH input AS MATERIALIZED (
    SELECT i.*, coalesce(i.user_id, r.user_id) AS owner, coalesce(i.workspace_id, r.workspace_id) AS workspace,
      coalesce(i.to_address, CASE i.delivery_method WHEN 'email' THEN r.email ELSE r.phone END) AS address
    FROM json_to_recordset(items) AS i (id uuid, batch_id uuid, delivery_method text, notification_type text, category text,
      priority smallint, user_id text, workspace_id text, recipient_id text, group_id text, update_id text, to_address text,
      to_name text, subject text, template_data jsonb, message_id text, unique_key text, scheduled_for timestamptz)
    LEFT JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(i.recipient_id)
  ), judged AS (
    SELECT i.*, (SELECT s.reason FROM {schema}.notification_suppressions s
      WHERE s.delivery_method = i.delivery_method AND s.address = lower(i.address) AND s.category IN ('*', i.category)
      ORDER BY s.category LIMIT 1) AS suppressed
    FROM input i
  ), stored AS (
    INSERT INTO {schema}.notifications AS n (id, batch_id, delivery_method, notification_type, category, priority, status, user_id,
      workspace_id, recipient_id, group_id, update_id, to_address, to_name, subject, template_data, message_id, unique_key,
      scheduled_for, processed_at, error)
    SELECT id, batch_id, delivery_method, notification_type, category, priority,
      CASE WHEN suppressed IS NULL THEN 'pending' ELSE 'cancelled' END, owner, workspace, recipient_id, group_id, update_id,
      to_address, to_name, subject, coalesce(template_data, '{}'), message_id, unique_key, coalesce(scheduled_for, now()),
      CASE WHEN suppressed IS NOT NULL THEN now() END, 'suppressed: ' || suppressed
    -- in one order, so that two calls with several keys each do not wait for one another
    FROM judged ORDER BY unique_key
    ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO NOTHING
    RETURNING n.id, n.status, n.error
  )
  INSERT INTO {schema}.notification_log (notification_id, attempt, status, error)
  SELECT id, 0, 'cancelled', error FROM stored WHERE status = 'cancelled';

  RETURN QUERY
  SELECT i.place, n.id, CASE WHEN n.id <> i.id THEN 'duplicate' WHEN n.status = 'cancelled' THEN 'suppressed' ELSE 'queued' END,
    n.user_id, n.workspace_id
  FROM ROWS FROM (json_to_recordset(items) AS (id uuid, unique_key text)) WITH ORDINALITY AS i (id, unique_key, place)
  JOIN {schema}.notifications n ON n.id = i.id OR n.unique_key = i.unique_key
  ORDER BY i.place;
END
$store$;
