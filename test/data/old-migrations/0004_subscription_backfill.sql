-- Rows from before us get what the triggers give to new ones. Only values of our own columns change.

INSERT INTO subscription_processing (subscription_id, status)
SELECT s.id, 'pending' FROM subscriptions s
 WHERE s.active AND NOT EXISTS (SELECT FROM subscription_processing p WHERE p.subscription_id = s.id);

-- Nothing forbade two rows for one subscription: the newest is live.
UPDATE subscription_processing p SET superseded = true
  FROM (SELECT id, row_number() OVER (PARTITION BY subscription_id
                                      ORDER BY created_at DESC NULLS LAST, updated_at DESC NULLS LAST, id DESC) AS age
          FROM subscription_processing) ranked
 WHERE ranked.id = p.id AND ranked.age > 1 AND NOT p.superseded;

UPDATE subscription_processing p SET
  runnable = {schema}.may_run(s.active, s.paused_until, p.status, p.next_run_at, p.superseded),
  bucket = {schema}.tenant_bucket(s.tenant_id, s.user_id::text),
  anchor_at = coalesce(p.anchor_at, CASE WHEN isfinite(p.next_run_at) THEN p.next_run_at END, p.created_at, now()),
  failing_since = CASE WHEN p.status IN ('failed', 'suspended') THEN coalesce(p.failing_since, p.updated_at, now()) END,
  attempt = coalesce(p.attempt, 0),
  consecutive_failures = coalesce(p.consecutive_failures, 0),
  missed_count = coalesce(p.missed_count, 0)
  FROM subscriptions s
 WHERE s.id = p.subscription_id;
