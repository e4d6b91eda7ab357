-- Reacts to changes that the host's own SQL makes to a row.
--
--            insert ──▶ unplanned ◀── its schedule or zone changed, or its next run was set to null
--                           │  ▲
--   its next run was set    ▼  │        inactive            active again
--   ─────────────────▶  planned ────────────▶ paused ────────────▶ resumed ──▶ planned (occurrences in between are skipped)
--                        │    └──▶ suspended (its next run cannot be computed, or too many occurrences were given up)
--                        └──▶ ended
CREATE OR REPLACE FUNCTION {schema}.rows_{id}_on_insert() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.{p}_state := CASE WHEN NOT {is_active} THEN 'paused' WHEN NEW.{due} IS NULL THEN 'unplanned' ELSE 'planned' END;
  NEW.{p}_scheduled_for := NULL;
  NEW.{p}_attempt := 0;
  NEW.{p}_failures := 0;
  NEW.{p}_error := NULL;
  NEW.{p}_since := NULL;
  NEW.{p}_anchor_at := coalesce(NEW.{p}_anchor_at, CASE WHEN isfinite(NEW.{due}) THEN NEW.{due} END);
  NEW.{p}_revision := 0;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION {schema}.rows_{id}_on_update() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rescheduled boolean := {rescheduled};
  retimed boolean := NEW.{due} IS DISTINCT FROM OLD.{due};
  resumed boolean := {is_active} AND NOT {was_active};
BEGIN
  IF rescheduled THEN
    NEW.{p}_since := clock_timestamp();
    NEW.{p}_failures := 0;
    NEW.{p}_error := NULL;
  END IF;
  IF retimed THEN
    NEW.{p}_scheduled_for := NULL;
    NEW.{p}_attempt := 0;
    NEW.{p}_error := NULL;
  END IF;
  -- the schedule changed during a pause: the next run of the former schedule no longer applies
  IF rescheduled AND NOT retimed AND NOT ({is_active} AND {was_active}) THEN
    NEW.{due} := NULL;
    NEW.{p}_scheduled_for := NULL;
    NEW.{p}_attempt := 0;
  END IF;
  IF resumed THEN
    NEW.{p}_failures := 0;
    NEW.{p}_error := NULL;
  END IF;
  NEW.{p}_state := CASE
    WHEN NOT {is_active} THEN 'paused'
    WHEN retimed AND NEW.{due} IS NOT NULL THEN 'planned'
    WHEN resumed OR OLD.{p}_state = 'resumed' THEN 'resumed'
    WHEN retimed OR rescheduled THEN 'unplanned'
    ELSE NEW.{p}_state END;
  RETURN NEW;
END $$;

-- Drops the triggers of a renamed schedule: only the newest ones over the same columns are kept.
DO $$
DECLARE
  former name;
BEGIN
  FOR former IN SELECT tgname FROM pg_trigger
    WHERE tgrelid = to_regclass({table_text}) AND NOT tgisinternal AND tgname ~ '^punctual_rows_' AND tgargs = '{p}\000'::bytea
  LOOP
    EXECUTE format('DROP TRIGGER %I ON {table}', former);
  END LOOP;
END $$;

CREATE TRIGGER punctual_rows_{id}_insert BEFORE INSERT ON {table}
  FOR EACH ROW EXECUTE FUNCTION {schema}.rows_{id}_on_insert('{p}');

CREATE TRIGGER punctual_rows_{id}_update BEFORE UPDATE ON {table}
  FOR EACH ROW
  WHEN (NEW.{p}_revision = OLD.{p}_revision AND ({changed}))
  EXECUTE FUNCTION {schema}.rows_{id}_on_update('{p}');
