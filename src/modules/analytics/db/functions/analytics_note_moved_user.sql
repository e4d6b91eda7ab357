-- When a user moves to another team, the visits move too, so both teams are counted again.
CREATE OR REPLACE FUNCTION {schema}.analytics_note_moved_user() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  INSERT INTO {schema}.analytics_changes (team_id)
  SELECT team_id FROM (VALUES (OLD.team_id), (NEW.team_id)) AS moved (team_id) WHERE team_id IS NOT NULL;
  RETURN NULL;
END $$;
