-- A processing row whose subscription was deleted (without a cascading foreign key) is never due again: otherwise every claim would
-- find it at the head of the index, and none would take it. For a row in processing, its settlement or rescue does this.
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
