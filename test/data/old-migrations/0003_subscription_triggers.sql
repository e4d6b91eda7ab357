-- What the host does to its tables by its own SQL is seen by triggers: rows appear, pause, resume, and are marked for
-- recomputation. They run with the rights and the search path of whoever migrated, whatever role the host writes with.

CREATE FUNCTION {schema}.tenant_bucket(tenant_id text, user_id text) RETURNS smallint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (hashtextextended(coalesce(tenant_id, user_id, ''), 0) & 63)::smallint;

-- A row in processing stays findable for its rescue, whatever happened to its subscription meanwhile.
CREATE FUNCTION {schema}.may_run(
  active boolean, paused_until timestamptz, status text, next_run_at timestamptz, superseded boolean
) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN status = 'processing' THEN true
    WHEN superseded OR active IS NOT TRUE OR paused_until IS NOT NULL THEN false
    WHEN status IN ('pending', 'failed') THEN true
    ELSE status = 'completed' AND next_run_at IS NOT NULL
  END;

-- Ids for subscriptions made through our API, the way the host's own column makes them.
DO $$
DECLARE
  made text;
BEGIN
  SELECT coalesce(
    (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum),
    CASE
      WHEN a.attidentity <> '' THEN format('nextval(%L::regclass)', pg_get_serial_sequence('subscriptions', 'id'))
      WHEN a.atttypid = 'uuid'::regtype THEN 'gen_random_uuid()'
      WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype) THEN 'gen_random_uuid()::text'
    END) INTO made
  FROM pg_attribute a WHERE a.attrelid = to_regclass('subscriptions') AND a.attname = 'id';
  EXECUTE format(
    'CREATE FUNCTION {schema}.new_subscription_id() RETURNS {schema}.subscription_key LANGUAGE sql VOLATILE AS %L',
    format('SELECT (%s)::{schema}.subscription_key', coalesce(made, 'NULL')));
END $$;

-- A new processing row is the live one of its subscription. The lock makes two at once wait for each other.
CREATE FUNCTION {schema}.on_processing_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  owner record;
BEGIN
  SELECT active, paused_until, tenant_id, user_id::text AS user_id INTO owner
    FROM subscriptions WHERE id = NEW.subscription_id FOR NO KEY UPDATE;
  UPDATE subscription_processing SET superseded = true
   WHERE subscription_id = NEW.subscription_id AND NOT superseded;
  NEW.bucket := {schema}.tenant_bucket(owner.tenant_id, owner.user_id);
  NEW.anchor_at := coalesce(NEW.anchor_at, CASE WHEN isfinite(NEW.next_run_at) THEN NEW.next_run_at END, NEW.created_at, now());
  NEW.runnable := {schema}.may_run(owner.active, owner.paused_until, NEW.status, NEW.next_run_at, NEW.superseded);
  RETURN NEW;
END $$;

-- Keeps `runnable` where a row leaves or enters a state that is never claimed; a plain claim or settlement does not get here.
CREATE FUNCTION {schema}.on_processing_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  owner record;
BEGIN
  SELECT active, paused_until INTO owner FROM subscriptions WHERE id = NEW.subscription_id;
  NEW.runnable := {schema}.may_run(owner.active, owner.paused_until, NEW.status, NEW.next_run_at, NEW.superseded);
  NEW.recheck := NEW.recheck AND NEW.status = 'processing';
  RETURN NEW;
END $$;

-- An active subscription has a processing row, at the latest when its transaction ends.
CREATE FUNCTION {schema}.on_subscription_active() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO subscription_processing (subscription_id, status)
  SELECT s.id, 'pending' FROM subscriptions s
   WHERE s.id = NEW.id AND s.active
     AND NOT EXISTS (SELECT FROM subscription_processing p WHERE p.subscription_id = s.id);
  RETURN NULL;
END $$;

CREATE FUNCTION {schema}.on_subscription_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  rescheduled boolean := (NEW.frequency, NEW.timezone, NEW.schedule) IS DISTINCT FROM (OLD.frequency, OLD.timezone, OLD.schedule);
BEGIN
  UPDATE subscription_processing p SET
    stale = p.stale OR rescheduled,
    recheck = p.recheck OR p.status = 'processing',
    schedule_since = CASE WHEN rescheduled THEN now() ELSE p.schedule_since END,
    bucket = {schema}.tenant_bucket(NEW.tenant_id, NEW.user_id::text),
    runnable = {schema}.may_run(NEW.active, NEW.paused_until, p.status, p.next_run_at, p.superseded)
  WHERE p.subscription_id = NEW.id AND NOT p.superseded;
  RETURN NULL;
END $$;

CREATE TRIGGER punctual_insert BEFORE INSERT ON subscription_processing
  FOR EACH ROW EXECUTE FUNCTION {schema}.on_processing_insert();

CREATE TRIGGER punctual_update BEFORE UPDATE OF status, next_run_at, superseded ON subscription_processing
  FOR EACH ROW
  WHEN (NOT OLD.runnable OR OLD.recheck OR NEW.superseded OR NEW.status = 'suspended' OR NEW.next_run_at IS NULL)
  EXECUTE FUNCTION {schema}.on_processing_update();

CREATE CONSTRAINT TRIGGER punctual_active AFTER INSERT OR UPDATE OF active ON subscriptions
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.active) EXECUTE FUNCTION {schema}.on_subscription_active();

CREATE TRIGGER punctual_change AFTER UPDATE ON subscriptions
  FOR EACH ROW
  WHEN ((OLD.active, OLD.paused_until, OLD.frequency, OLD.timezone, OLD.schedule, OLD.tenant_id, OLD.user_id)
    IS DISTINCT FROM (NEW.active, NEW.paused_until, NEW.frequency, NEW.timezone, NEW.schedule, NEW.tenant_id, NEW.user_id))
  EXECUTE FUNCTION {schema}.on_subscription_update();
