-- Ensures that an active subscription has a processing row by the end of its transaction.
CREATE OR REPLACE FUNCTION {schema}.{rows}_on_entity_active() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  INSERT INTO {processing} (subscription_id, status)
  SELECT s.id, 'pending' FROM {entities} s
   WHERE s.id = NEW.id AND s.active
     AND NOT EXISTS (SELECT FROM {processing} p WHERE p.subscription_id = s.id);
  RETURN NULL;
END $$;
