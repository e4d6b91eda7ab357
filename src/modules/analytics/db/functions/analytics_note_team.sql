-- When the time zone of a team changes, its days are counted again.
CREATE OR REPLACE FUNCTION {schema}.analytics_note_team() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  INSERT INTO {schema}.analytics_changes (team_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
