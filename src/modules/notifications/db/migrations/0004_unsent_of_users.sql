-- The notifications of a user that failed or were cancelled, newest first: few among many, and only these write to the indexes.
CREATE INDEX notifications_unsent_user ON {schema}.notifications (user_id, id)
  WHERE status IN ('failed', 'cancelled') AND workspace_id IS NULL AND user_id IS NOT NULL;
CREATE INDEX notifications_unsent_workspace ON {schema}.notifications (workspace_id, id)
  WHERE status IN ('failed', 'cancelled') AND workspace_id IS NOT NULL;
