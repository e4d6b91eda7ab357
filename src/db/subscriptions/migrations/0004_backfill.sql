-- Gives existing rows the values that the triggers give to new ones. Only our own columns are changed.

INSERT INTO {processing} (subscription_id, status)
SELECT s.id, 'pending' FROM {entities} s
 WHERE s.active AND NOT EXISTS (SELECT FROM {processing} p WHERE p.subscription_id = s.id);

-- Until now, a subscription could have several rows; the newest is the live one.
UPDATE {processing} p SET superseded = true
  FROM (SELECT id, row_number() OVER (PARTITION BY subscription_id
                                      ORDER BY created_at DESC NULLS LAST, updated_at DESC NULLS LAST, id DESC) AS age
          FROM {processing}) ranked
 WHERE ranked.id = p.id AND ranked.age > 1 AND NOT p.superseded;

UPDATE {processing} p SET
  runnable = {schema}.{rows}_may_run(s.active, s.paused_until, p.status, p.next_run_at, p.superseded),
  bucket = {schema}.{rows}_bucket(s.tenant_id, s.user_id::text),
  anchor_at = coalesce(p.anchor_at, CASE WHEN isfinite(p.next_run_at) THEN p.next_run_at END, p.created_at, now()),
  failing_since = CASE WHEN p.status IN ('failed', 'suspended') THEN coalesce(p.failing_since, p.updated_at, now()) END,
  attempt = coalesce(p.attempt, 0),
  consecutive_failures = coalesce(p.consecutive_failures, 0),
  missed_count = coalesce(p.missed_count, 0)
  FROM {entities} s
 WHERE s.id = p.subscription_id;

-- Rows whose subscription was deleted are never due.
UPDATE {processing} p SET stale = false, recheck = p.status = 'processing', runnable = p.status = 'processing'
 WHERE (p.runnable OR p.stale) AND NOT EXISTS (SELECT FROM {entities} s WHERE s.id = p.subscription_id);
