-- No index and no index predicate may contain a column that a claim changes (status, attempt, claimed_by, claim_token, scheduled_for,
-- updated_at), so that a claim is a HOT update. The fillfactor keeps free space in the pages for that.

CREATE INDEX {ix}_processing_due ON {processing} (next_run_at) WHERE runnable;
CREATE INDEX {ix}_processing_due_by_bucket ON {processing} (bucket, next_run_at) WHERE runnable;
CREATE INDEX {ix}_processing_stale ON {processing} (subscription_id) WHERE stale;
CREATE INDEX {ix}_processing_failing ON {processing} (runnable, failing_since) WHERE failing_since IS NOT NULL;
CREATE INDEX {ix}_subscriptions_paused ON {entities} (paused_until) WHERE paused_until IS NOT NULL;
CREATE INDEX {ix}_subscriptions_tenant ON {entities} (tenant_id) WHERE tenant_id IS NOT NULL;

-- The host may already have these, under any name.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN SELECT * FROM (VALUES
      ({processing_text}::regclass, 'subscription_id', '{ix}_processing_subscription'),
      ({entities_text}::regclass, 'user_id', '{ix}_subscriptions_user')) AS w (relation, attribute, index_name)
  LOOP
    CONTINUE WHEN EXISTS (
      SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
       WHERE i.indrelid = wanted.relation AND a.attname = wanted.attribute AND i.indpred IS NULL AND i.indisvalid);
    BEGIN
      EXECUTE format('CREATE INDEX %I ON %s (%I)', wanted.index_name, wanted.relation, wanted.attribute);
    EXCEPTION WHEN undefined_object THEN
      NULL; -- the type has no order: a filter by this column reads the whole table
    END;
  END LOOP;
END $$;

ALTER TABLE {processing} SET (
  fillfactor = 75,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 1
);
