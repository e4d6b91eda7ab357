-- The jobs of a user without a workspace. Without this index, every list for such a user reads the whole table.
CREATE INDEX jobs_user ON {schema}.jobs (user_id, id) WHERE workspace_id IS NULL AND user_id IS NOT NULL;
