-- Operators ask for the jobs of one user, whatever the workspace; users for those that are in none, by id. One index serves both.
CREATE INDEX jobs_owner ON {schema}.jobs (user_id, workspace_id, id) WHERE user_id IS NOT NULL;
DROP INDEX {schema}.jobs_user;
