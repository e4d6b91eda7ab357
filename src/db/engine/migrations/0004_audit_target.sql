-- What was done to one thing, and the changes of many (no target) of one kind: why a subscription does not run asks for both.
CREATE INDEX audit_log_by_target ON {schema}.audit_log (target, action, id DESC);
