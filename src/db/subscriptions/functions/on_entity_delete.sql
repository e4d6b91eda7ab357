-- A processing row whose subscription was deleted (where the host has no cascading foreign key) is never due again: at the head of
-- the index it would be found by every claim, and taken by none. A row in processing is told by its settlement or rescue.
CREATE OR REPLACE FUNCTION {schema}.{rows}_on_entity_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  UPDATE {processing} p SET
    stale = false,
    recheck = p.recheck OR p.status = 'processing',
    runnable = p.status = 'processing'
  WHERE p.subscription_id = OLD.id;
  RETURN NULL;
END $$;
