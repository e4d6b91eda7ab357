-- Maintains `runnable` and `failing_since` when a row enters or leaves a state that is never claimed. Plain claims and settlements do not
-- fire this trigger.
CREATE OR REPLACE FUNCTION {schema}.{rows}_on_processing_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
  owner record;
BEGIN
  SELECT active, paused_until INTO owner FROM {entities} WHERE id = NEW.subscription_id;
  NEW.runnable := {schema}.{rows}_may_run(owner.active, owner.paused_until, NEW.status, NEW.next_run_at, NEW.superseded);
  NEW.recheck := NEW.recheck AND NEW.status = 'processing';
  IF NEW.status = 'suspended' THEN
    NEW.failing_since := coalesce(NEW.failing_since, now());
  END IF;
  RETURN NEW;
END $$;
