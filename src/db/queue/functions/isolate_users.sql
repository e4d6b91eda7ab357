-- Isolates the application's users from each other with row-level security: a role that cannot log in and owns nothing, and policies
-- for it. Returns false if the role may not be created (as on many managed servers); the conditions in the queries still apply. May be
-- called again at any time, for example after an administrator has created the role.
CREATE OR REPLACE FUNCTION {schema}.isolate_users() RETURNS boolean LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $isolate$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'punctual_user') THEN
    BEGIN
      CREATE ROLE punctual_user NOLOGIN NOINHERIT;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server has just created it
      WHEN insufficient_privilege THEN RETURN false;
    END;
  END IF;
  BEGIN
    EXECUTE format('GRANT punctual_user TO %I', current_user);
  EXCEPTION WHEN insufficient_privilege THEN
    IF NOT pg_has_role(current_user, 'punctual_user', 'MEMBER') THEN
      RETURN false;
    END IF;
  END;
  GRANT USAGE ON SCHEMA {schema} TO punctual_user;
  GRANT SELECT ON {schema}.jobs, {schema}.job_logs TO punctual_user;
  -- the status of a user's own jobs depends on whether a claim lists them
  GRANT SELECT (job_ids, instance_id, claimed_at) ON {schema}.job_claims TO punctual_user;

  ALTER TABLE {schema}.jobs ENABLE ROW LEVEL SECURITY;
  ALTER TABLE {schema}.job_logs ENABLE ROW LEVEL SECURITY;
  DROP POLICY IF EXISTS everybody_else ON {schema}.jobs;
  DROP POLICY IF EXISTS everybody_else ON {schema}.job_logs;
  DROP POLICY IF EXISTS own_jobs ON {schema}.jobs;
  DROP POLICY IF EXISTS own_logs ON {schema}.job_logs;

  -- Row security applies to every role except the owner. Roles unrelated to punctual_user see what their privileges allow. A member
  -- that inherits from punctual_user sees what that role sees; the role that the server runs as gets its own policy with its privileges.
  CREATE POLICY everybody_else ON {schema}.jobs
    USING ((SELECT NOT pg_has_role('punctual_user', 'MEMBER'))) WITH CHECK ((SELECT NOT pg_has_role('punctual_user', 'MEMBER')));
  CREATE POLICY everybody_else ON {schema}.job_logs
    USING ((SELECT NOT pg_has_role('punctual_user', 'MEMBER'))) WITH CHECK ((SELECT NOT pg_has_role('punctual_user', 'MEMBER')));
  CREATE POLICY own_jobs ON {schema}.jobs FOR SELECT TO punctual_user USING (
    (workspace_id IS NOT NULL AND workspace_id = nullif(current_setting('punctual.workspace_id', true), ''))
    OR (workspace_id IS NULL AND user_id = nullif(current_setting('punctual.user_id', true), ''))
  );
  CREATE POLICY own_logs ON {schema}.job_logs FOR SELECT TO punctual_user USING (
    EXISTS (SELECT FROM {schema}.jobs j WHERE j.id = job_logs.job_id)
  );
  RETURN true;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN false;
END
$isolate$;
