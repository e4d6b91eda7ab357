-- A function that the previous system had: requests the digests that are due now, and returns their number. Only the scheduler can
-- compute next times, so this function counts the digests that are due and have updates, each occurrence once, and the scheduler plans
-- them: within moments if one is running, otherwise when the next one starts. Each digest that it counted is sent exactly once.
CREATE OR REPLACE FUNCTION {schema}.create_digest_jobs() RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
  counted integer;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT s.id, s.next_digest_scheduled AS nominal FROM {schema}.digest_schedule_rows s
    JOIN {schema}.notification_recipients r ON r.id = {schema}.to_recipient_id(s.recipient_id::text)
    WHERE s.is_active AND s.next_digest_scheduled <= now() AND s.digest_requested_for IS DISTINCT FROM s.next_digest_scheduled
      AND coalesce(r.email, '') <> '' AND NOT coalesce(r.muted_until > now(), false)
      AND coalesce(r.preferences #>> '{categories,digest,email}', '') <> 'false'
      AND EXISTS (
        SELECT FROM {schema}.digest_updates u
        WHERE u.group_id = {schema}.to_update_group(s.group_id::text) AND u.created_at <= now()
          AND u.created_at > {schema}.digest_since(s.frequency::text, s.last_digest_sent, s.next_digest_scheduled)
          AND (s.include_content_types IS NULL OR to_jsonb(s.include_content_types) IN ('[]', 'null')
            OR to_jsonb(s.include_content_types) ? u.content_type))
    FOR NO KEY UPDATE OF s SKIP LOCKED
  ), requested AS (
    UPDATE {schema}.digest_schedule_rows s SET digest_requested_for = due.nominal FROM due WHERE s.id = due.id RETURNING s.id
  )
  SELECT count(*) INTO counted FROM requested;
  RETURN counted;
END $$;
