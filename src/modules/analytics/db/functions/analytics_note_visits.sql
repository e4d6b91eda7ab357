-- Records new visits to be counted, one row for each hour of each user. It must never fail on what the host writes, hence the bounds.
CREATE OR REPLACE FUNCTION {schema}.analytics_note_visits() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  INSERT INTO {schema}.analytics_changes (user_id, hour)
  SELECT DISTINCT user_id, floor(extract(epoch FROM visited_at) / 3600)::int FROM written
   WHERE user_id IS NOT NULL AND visited_at >= '1900-01-01 00:00Z' AND visited_at < '2200-01-01 00:00Z';
  RETURN NULL;
END $$;
