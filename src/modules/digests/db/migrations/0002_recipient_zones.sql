-- A digest for which no zone was chosen follows the zone of its recipient. The functions of the triggers are in ../functions.
DO $zones$
DECLARE
  people text := coalesce({host_recipients}, '{schema}.recipients');
  schedules regclass := coalesce(to_regclass({host_digest_schedules}), to_regclass('{schema}.digest_schedules'));
BEGIN
  IF to_regclass('{schema}.notification_recipients') IS NULL THEN
    RAISE EXCEPTION 'digests need recipients'
      USING HINT = 'Put notifications(…) before digests(…) in the list of modules.';
  END IF;
  EXECUTE format('CREATE OR REPLACE TRIGGER punctual_digest_zone BEFORE INSERT OR UPDATE OF timezone ON %s FOR EACH ROW
    WHEN (NEW.timezone IS NULL) EXECUTE FUNCTION {schema}.digest_zone_of_recipient()', schedules);
  EXECUTE format('CREATE OR REPLACE TRIGGER punctual_digest_zone AFTER UPDATE OF timezone ON %s FOR EACH ROW
    WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone) EXECUTE FUNCTION {schema}.digest_follow_recipient()', people);
END
$zones$;
