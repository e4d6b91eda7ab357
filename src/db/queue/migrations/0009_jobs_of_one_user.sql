-- Serves two queries: operators list the jobs of one user in any workspace, and users list their jobs without a workspace by id.
CREATE INDEX jobs_owner ON {schema}.jobs (user_id, workspace_id, id) WHERE user_id IS NOT NULL;
DROP INDEX {schema}.jobs_user;
