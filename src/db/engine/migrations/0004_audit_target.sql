-- Finds the changes of one object, and bulk changes of one kind (without a target); /subscriptions/:id/why needs both.
CREATE INDEX audit_log_by_target ON {schema}.audit_log (target, action, id DESC);
