-- The jobs of a user who is in no workspace: without it, each of a user's lists read the whole table.
CREATE INDEX jobs_user ON {schema}.jobs (user_id, id) WHERE workspace_id IS NULL AND user_id IS NOT NULL;
