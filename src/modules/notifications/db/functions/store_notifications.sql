-- Stores any number of notifications and returns those that were stored, by their position from 1: `queued`, or `suppressed` (stored as
-- cancelled). Those not returned are duplicates, whose unique key is taken. The caller enqueues the jobs of the queued ones. This is a
-- function so that the session keeps its plan.
CREATE OR REPLACE FUNCTION {schema}.store_notifications(items json)
RETURNS TABLE (place bigint, id uuid, outcome text, user_id text, workspace_id text) LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $store$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH judged AS MATERIALIZED (
    SELECT i.*, coalesce(i.user_id, r.user_id) AS owner, coalesce(i.workspace_id, r.workspace_id) AS workspace,
      (SELECT s.reason FROM {schema}.notification_suppressions s
        WHERE s.delivery_method = i.delivery_method AND s.category IN ('*', i.category)
          AND s.address = {schema}.address_key(i.delivery_method,
            coalesce(i.to_address, CASE i.delivery_method WHEN 'email' THEN r.email ELSE r.phone END))
        ORDER BY s.category LIMIT 1) AS suppressed
    FROM ROWS FROM (json_to_recordset(items) AS (id uuid, batch_id uuid, delivery_method text, notification_type text, category text,
      priority smallint, user_id text, workspace_id text, recipient_id text, group_id text, update_id text, to_address text,
      to_name text, subject text, template_data jsonb, message_id text, unique_key text, scheduled_for timestamptz))
      WITH ORDINALITY AS i (id, batch_id, delivery_method, notification_type, category, priority, user_id, workspace_id, recipient_id,
        group_id, update_id, to_address, to_name, subject, template_data, message_id, unique_key, scheduled_for, place)
    LEFT JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(i.recipient_id)
  ), stored AS (
    INSERT INTO {schema}.notifications AS n (id, batch_id, delivery_method, notification_type, category, priority, status, user_id,
      workspace_id, recipient_id, group_id, update_id, to_address, to_name, subject, template_data, message_id, unique_key,
      scheduled_for, processed_at, error)
    SELECT id, batch_id, delivery_method, notification_type, category, priority,
      CASE WHEN suppressed IS NULL THEN 'pending' ELSE 'cancelled' END, owner, workspace, recipient_id, group_id, update_id,
      to_address, to_name, subject, coalesce(template_data, '{}'), message_id, unique_key, coalesce(scheduled_for, now()),
      CASE WHEN suppressed IS NOT NULL THEN now() END, 'suppressed: ' || suppressed
    -- in a fixed order, so that two calls with several keys do not deadlock
    FROM judged ORDER BY unique_key
    ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO NOTHING
    RETURNING n.id, n.status, n.error
  ), noted AS (
    INSERT INTO {schema}.notification_log (notification_id, attempt, status, error)
    SELECT id, 0, 'cancelled', error FROM stored WHERE status = 'cancelled'
  )
  SELECT j.place, j.id, CASE s.status WHEN 'cancelled' THEN 'suppressed' ELSE 'queued' END, j.owner, j.workspace
  FROM judged j JOIN stored s ON s.id = j.id;
END
$store$;
