-- A new processing row becomes the live one of its subscription. The lock serialises concurrent inserts.
CREATE OR REPLACE FUNCTION {schema}.{rows}_on_processing_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
  owner record;
BEGIN
  SELECT active, paused_until, tenant_id, user_id::text AS user_id INTO owner
    FROM {entities} WHERE id = NEW.subscription_id FOR NO KEY UPDATE;
  UPDATE {processing} SET superseded = true
   WHERE subscription_id = NEW.subscription_id AND NOT superseded;
  NEW.bucket := {schema}.{rows}_bucket(owner.tenant_id, owner.user_id);
  NEW.anchor_at := coalesce(NEW.anchor_at, CASE WHEN isfinite(NEW.next_run_at) THEN NEW.next_run_at END, NEW.created_at, now());
  NEW.runnable := {schema}.{rows}_may_run(owner.active, owner.paused_until, NEW.status, NEW.next_run_at, NEW.superseded);
  IF NEW.status IN ('failed', 'suspended') THEN
    NEW.failing_since := coalesce(NEW.failing_since, now());
  END IF;
  RETURN NEW;
END $$;
