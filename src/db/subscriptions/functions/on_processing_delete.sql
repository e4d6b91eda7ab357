-- Restores the processing row of an active subscription if the host deletes it (in a clean-up, or by hand), so that nothing is lost and
-- nothing runs that was not due. A call in progress keeps its claim, so that it is not repeated before it has ended; the claim of a dead
-- instance is released as in a rescue. The trigger is deferred, so that it sees a replacement row or the deletion of the subscription
-- in the same transaction.

CREATE OR REPLACE FUNCTION {schema}.{rows}_on_processing_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
  held boolean := OLD.status = 'processing' AND EXISTS (
    SELECT FROM {schema}.scheduler_instances i WHERE i.id = OLD.claimed_by AND i.state IN ('alive', 'draining') FOR KEY SHARE);
BEGIN
  IF EXISTS (SELECT FROM {processing} WHERE subscription_id = OLD.subscription_id AND NOT superseded) THEN
    RETURN NULL;
  END IF;

  -- if the subscription has another row, that one is live from now on
  UPDATE {processing} SET superseded = false
   WHERE id = (SELECT id FROM {processing} WHERE subscription_id = OLD.subscription_id
                ORDER BY created_at DESC NULLS LAST, updated_at DESC NULLS LAST, id DESC LIMIT 1);
  IF FOUND THEN
    RETURN NULL;
  END IF;

  INSERT INTO {processing} (
    subscription_id, status, next_run_at, last_run_at, error, metadata, created_at,
    scheduled_for, attempt, consecutive_failures, missed_count, resume_at, resume_for,
    failing_since, failed_in, stale, schedule_since, anchor_at, claimed_by, claim_token)
  SELECT s.id,
    CASE WHEN held OR OLD.status <> 'processing' THEN OLD.status WHEN OLD.attempt > 1 THEN 'failed' ELSE 'pending' END,
    OLD.next_run_at, OLD.last_run_at, OLD.error, OLD.metadata, OLD.created_at,
    OLD.scheduled_for, OLD.attempt, OLD.consecutive_failures, OLD.missed_count, OLD.resume_at, OLD.resume_for,
    OLD.failing_since, OLD.failed_in, OLD.stale, OLD.schedule_since, OLD.anchor_at,
    CASE WHEN held THEN OLD.claimed_by END, CASE WHEN held THEN OLD.claim_token END
    FROM {entities} s WHERE s.id = OLD.subscription_id AND s.active;
  RETURN NULL;
END $$;
