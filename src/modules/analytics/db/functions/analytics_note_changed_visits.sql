-- When the user or the time of a visit changes, both the old and the new hour are counted again.
CREATE OR REPLACE FUNCTION {schema}.analytics_note_changed_visits() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  INSERT INTO {schema}.analytics_changes (user_id, hour)
  SELECT DISTINCT v.user_id, floor(extract(epoch FROM v.visited_at) / 3600)::int
    FROM former o JOIN written n ON n.id = o.id
    CROSS JOIN LATERAL (VALUES (o.user_id, o.visited_at), (n.user_id, n.visited_at)) AS v (user_id, visited_at)
   WHERE (o.user_id, o.visited_at) IS DISTINCT FROM (n.user_id, n.visited_at)
     AND v.user_id IS NOT NULL AND v.visited_at >= '1900-01-01 00:00Z' AND v.visited_at < '2200-01-01 00:00Z';
  RETURN NULL;
END $$;
