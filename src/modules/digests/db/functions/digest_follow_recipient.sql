-- When the zone of a recipient changes, digests for which no zone was chosen get the new zone and are planned again.
CREATE OR REPLACE FUNCTION {schema}.digest_follow_recipient() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  UPDATE {schema}.digest_schedule_rows s SET timezone = coalesce(NEW.timezone, 'UTC')
   WHERE s.recipient_id = {schema}.to_digest_recipient_id(NEW.id::text) AND s.timezone_follows;
  RETURN NULL;
END $$;
