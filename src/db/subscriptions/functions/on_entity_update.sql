-- A change applies from the moment when it locks the row, not from the beginning of its transaction: occurrences that were delivered in
-- between belong to the old schedule and are not due again.
CREATE OR REPLACE FUNCTION {schema}.{rows}_on_entity_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
  rescheduled boolean := (NEW.frequency, NEW.timezone, NEW.schedule) IS DISTINCT FROM (OLD.frequency, OLD.timezone, OLD.schedule);
BEGIN
  UPDATE {processing} p SET
    stale = p.stale OR rescheduled,
    recheck = p.recheck OR p.status = 'processing',
    schedule_since = CASE WHEN rescheduled THEN clock_timestamp() ELSE p.schedule_since END,
    bucket = {schema}.{rows}_bucket(NEW.tenant_id, NEW.user_id::text),
    runnable = {schema}.{rows}_may_run(NEW.active, NEW.paused_until, p.status, p.next_run_at, p.superseded)
  WHERE p.subscription_id = NEW.id AND NOT p.superseded;
  RETURN NULL;
END $$;
