-- If the host's own SQL leaves the zone of a schedule null, the schedule follows the zone of its recipient.
CREATE OR REPLACE FUNCTION {schema}.digest_zone_of_recipient() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  SELECT r.timezone INTO NEW.timezone FROM {schema}.notification_recipients r
   WHERE r.id = {schema}.to_recipient_id(NEW.recipient_id::text);
  NEW.timezone := coalesce(NEW.timezone, 'UTC');
  NEW.timezone_follows := true;
  RETURN NEW;
END $$;
