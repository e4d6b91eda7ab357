-- A host that deletes the processing row of an active subscription (a clean-up of its own, a reset by hand) gets it back as it
-- was, with its claim released as by a rescue: nothing is forgotten, and nothing runs that was not due. Deferred, so that a row
-- put in its place by the same transaction, or the deletion of the subscription itself, is seen first.

CREATE FUNCTION {schema}.on_processing_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM subscription_processing WHERE subscription_id = OLD.subscription_id AND NOT superseded) THEN
    RETURN NULL;
  END IF;

  -- of two rows of one subscription the other one is live from now on
  UPDATE subscription_processing SET superseded = false
   WHERE id = (SELECT id FROM subscription_processing WHERE subscription_id = OLD.subscription_id
                ORDER BY created_at DESC NULLS LAST, updated_at DESC NULLS LAST, id DESC LIMIT 1);
  IF FOUND THEN
    RETURN NULL;
  END IF;

  INSERT INTO subscription_processing (
    subscription_id, status, next_run_at, last_run_at, error, metadata, created_at,
    scheduled_for, attempt, consecutive_failures, missed_count, resume_at, resume_for,
    failing_since, failed_in, stale, schedule_since, anchor_at)
  SELECT s.id,
    CASE WHEN OLD.status <> 'processing' THEN OLD.status WHEN OLD.attempt > 1 THEN 'failed' ELSE 'pending' END,
    OLD.next_run_at, OLD.last_run_at, OLD.error, OLD.metadata, OLD.created_at,
    OLD.scheduled_for, OLD.attempt, OLD.consecutive_failures, OLD.missed_count, OLD.resume_at, OLD.resume_for,
    OLD.failing_since, OLD.failed_in, OLD.stale, OLD.schedule_since, OLD.anchor_at
    FROM subscriptions s WHERE s.id = OLD.subscription_id AND s.active;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER punctual_delete AFTER DELETE ON subscription_processing
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NOT OLD.superseded) EXECUTE FUNCTION {schema}.on_processing_delete();

-- What was deleted before this trigger was there.
INSERT INTO subscription_processing (subscription_id, status)
SELECT s.id, 'pending' FROM subscriptions s
 WHERE s.active AND NOT EXISTS (SELECT FROM subscription_processing p WHERE p.subscription_id = s.id);
