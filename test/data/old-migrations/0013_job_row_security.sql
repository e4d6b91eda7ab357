-- The application's users see their own jobs only, whatever a query forgets: a role without login that owns nothing, and
-- policies for it. Where the role may not be created (many managed servers) the queries' own conditions remain.
ALTER TABLE {schema}.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.job_logs ENABLE ROW LEVEL SECURITY;

-- Row security is on for everybody who is not the owner: others than that role see what their grants say, as before.
CREATE POLICY everybody_else ON {schema}.jobs USING (current_user <> 'punctual_user') WITH CHECK (current_user <> 'punctual_user');
CREATE POLICY everybody_else ON {schema}.job_logs USING (current_user <> 'punctual_user') WITH CHECK (current_user <> 'punctual_user');

CREATE POLICY own_jobs ON {schema}.jobs FOR SELECT USING (
  current_user = 'punctual_user' AND (
    (workspace_id IS NOT NULL AND workspace_id = nullif(current_setting('punctual.workspace_id', true), ''))
    OR (workspace_id IS NULL AND user_id = nullif(current_setting('punctual.user_id', true), ''))
  )
);
CREATE POLICY own_logs ON {schema}.job_logs FOR SELECT USING (
  current_user = 'punctual_user' AND EXISTS (SELECT FROM {schema}.jobs j WHERE j.id = job_logs.job_id)
);

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'punctual_user') THEN
    BEGIN
      CREATE ROLE punctual_user NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- another database of this server made it a moment ago
    END;
  END IF;
  EXECUTE format('GRANT punctual_user TO %I', current_user);
  GRANT USAGE ON SCHEMA {schema} TO punctual_user;
  GRANT SELECT ON {schema}.jobs, {schema}.job_logs TO punctual_user;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'the role punctual_user was not created or granted: users are kept apart by queries alone';
END
$$;
