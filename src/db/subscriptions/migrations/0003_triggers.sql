-- The triggers on the host's tables; their functions are in ../functions. Repeatable, because an older database already has them.

CREATE OR REPLACE TRIGGER punctual_insert BEFORE INSERT ON {processing}
  FOR EACH ROW EXECUTE FUNCTION {schema}.{rows}_on_processing_insert();

CREATE OR REPLACE TRIGGER punctual_update BEFORE UPDATE OF status, next_run_at, superseded ON {processing}
  FOR EACH ROW
  WHEN (NOT OLD.runnable OR OLD.recheck OR NEW.superseded OR NEW.status = 'suspended' OR NEW.next_run_at IS NULL)
  EXECUTE FUNCTION {schema}.{rows}_on_processing_update();

CREATE OR REPLACE TRIGGER punctual_change AFTER UPDATE ON {entities}
  FOR EACH ROW
  WHEN ((OLD.active, OLD.paused_until, OLD.frequency, OLD.timezone, OLD.schedule, OLD.tenant_id, OLD.user_id)
    IS DISTINCT FROM (NEW.active, NEW.paused_until, NEW.frequency, NEW.timezone, NEW.schedule, NEW.tenant_id, NEW.user_id))
  EXECUTE FUNCTION {schema}.{rows}_on_entity_update();

CREATE OR REPLACE TRIGGER punctual_gone AFTER DELETE ON {entities}
  FOR EACH ROW EXECUTE FUNCTION {schema}.{rows}_on_entity_delete();

-- PostgreSQL has no CREATE OR REPLACE for constraint triggers.
DROP TRIGGER IF EXISTS punctual_active ON {entities};
CREATE CONSTRAINT TRIGGER punctual_active AFTER INSERT OR UPDATE OF active ON {entities}
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.active) EXECUTE FUNCTION {schema}.{rows}_on_entity_active();

DROP TRIGGER IF EXISTS punctual_delete ON {processing};
CREATE CONSTRAINT TRIGGER punctual_delete AFTER DELETE ON {processing}
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NOT OLD.superseded) EXECUTE FUNCTION {schema}.{rows}_on_processing_delete();
