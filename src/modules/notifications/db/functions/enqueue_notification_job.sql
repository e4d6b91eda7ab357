-- Stores a notification and its job from SQL, in the caller's transaction, and returns the id of both. `content` has `subject`, `body`,
-- and `to` if there is no recipient; its other fields are variables of the template. It is validated when it is sent, like the payload
-- of a job.
CREATE OR REPLACE FUNCTION {schema}.enqueue_notification_job(
  recipient uuid,
  grp uuid,
  upd uuid,
  notification_type text,
  priority text,
  delivery_method text,
  content jsonb,
  delay_minutes integer DEFAULT 0
) RETURNS uuid LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $enqueue$
#variable_conflict use_variable
DECLARE
  method text := coalesce(delivery_method, 'email');
  kind text := coalesce(notification_type, 'immediate');
  rank integer := array_position(ARRAY['urgent', 'high', 'normal', 'low'], coalesce(priority, 'normal'));
  given jsonb := coalesce(content, '{}');
  due timestamptz := now() + coalesce(delay_minutes, 0) * interval '1 minute';
  addressee text;
  addressee_name text;
  owner record;
  new_id uuid;
BEGIN
  addressee := CASE jsonb_typeof(given -> 'to') WHEN 'object' THEN given #>> '{to,email}' ELSE given ->> 'to' END;
  addressee_name := CASE jsonb_typeof(given -> 'to') WHEN 'object' THEN given #>> '{to,name}' END;
  IF method NOT IN ('email', 'sms', 'whatsapp') THEN
    RAISE EXCEPTION 'enqueue_notification_job: unknown delivery method "%"', left(method, 100)
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Use email, sms or whatsapp.';
  ELSIF rank IS NULL THEN
    RAISE EXCEPTION 'enqueue_notification_job: unknown priority "%"', left(priority, 100)
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Use urgent, high, normal or low.';
  ELSIF jsonb_typeof(given) <> 'object' THEN
    RAISE EXCEPTION 'enqueue_notification_job: content must be an object' USING ERRCODE = 'invalid_parameter_value';
  ELSIF recipient IS NULL AND addressee IS NULL THEN
    RAISE EXCEPTION 'enqueue_notification_job: specify a recipient, or an address in content.to'
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF octet_length(given::text) > 65536 THEN
    RAISE EXCEPTION 'enqueue_notification_job: content has % bytes of JSON, but at most 65536 are allowed', octet_length(given::text)
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT r.user_id, r.workspace_id INTO owner FROM {schema}.notification_recipients r
    WHERE r.id = {schema}.to_recipient_id(recipient::text);
  new_id := {schema}.add_job('notification.' || method,
    jsonb_build_object('notification_type', kind, 'delivery_method', method, 'recipient_id', recipient::text),
    due, coalesce(priority, 'normal'), NULL, coalesce(owner.workspace_id, owner.user_id), owner.workspace_id, owner.user_id,
    grp::text, 'notifications', 3);
  INSERT INTO {schema}.notifications (id, delivery_method, notification_type, category, priority, user_id, workspace_id,
    recipient_id, group_id, update_id, to_address, to_name, subject, template_data, scheduled_for)
  VALUES (new_id, method, kind, kind, rank - 1, owner.user_id, owner.workspace_id, recipient::text, grp::text, upd::text,
    addressee, addressee_name, given ->> 'subject', given - ARRAY['to', 'subject'], due);
  RETURN new_id;
END
$enqueue$;
