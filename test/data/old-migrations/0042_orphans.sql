-- A processing row whose subscription was deleted (where the host has no cascading foreign key) is never due again: at the head of
-- the index it would be found by every claim, and taken by none. A row in processing is told by its settlement or rescue.
CREATE FUNCTION {schema}.on_subscription_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE subscription_processing p SET
    stale = false,
    recheck = p.recheck OR p.status = 'processing',
    runnable = p.status = 'processing'
  WHERE p.subscription_id = OLD.id;
  RETURN NULL;
END $$;

CREATE TRIGGER punctual_gone AFTER DELETE ON subscriptions
  FOR EACH ROW EXECUTE FUNCTION {schema}.on_subscription_delete();

-- What was left behind before this trigger was there.
UPDATE subscription_processing p SET stale = false, recheck = p.status = 'processing', runnable = p.status = 'processing'
 WHERE (p.runnable OR p.stale) AND NOT EXISTS (SELECT FROM subscriptions s WHERE s.id = p.subscription_id);

-- A change counts from the moment it holds the row, and not from the beginning of its transaction: what was delivered in between
-- was delivered by the old schedule, and is not due again.
CREATE OR REPLACE FUNCTION {schema}.on_subscription_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  rescheduled boolean := (NEW.frequency, NEW.timezone, NEW.schedule) IS DISTINCT FROM (OLD.frequency, OLD.timezone, OLD.schedule);
BEGIN
  UPDATE subscription_processing p SET
    stale = p.stale OR rescheduled,
    recheck = p.recheck OR p.status = 'processing',
    schedule_since = CASE WHEN rescheduled THEN clock_timestamp() ELSE p.schedule_since END,
    bucket = {schema}.tenant_bucket(NEW.tenant_id, NEW.user_id::text),
    runnable = {schema}.may_run(NEW.active, NEW.paused_until, p.status, p.next_run_at, p.superseded)
  WHERE p.subscription_id = NEW.id AND NOT p.superseded;
  RETURN NULL;
END $$;
