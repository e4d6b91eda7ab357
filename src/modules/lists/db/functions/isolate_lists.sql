-- Row-level security on lists, members and rejects, for the role under which the requests of users run. Returns false if the role does
-- not exist; the conditions in the queries still apply. May be called again, for example after an administrator has created the role.
CREATE OR REPLACE FUNCTION {schema}.isolate_lists() RETURNS boolean LANGUAGE plpgsql
  SET search_path = pg_catalog, {schema}, pg_temp
AS $isolate$
DECLARE
  of_list text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'punctual_user') THEN
    RETURN false;
  END IF;
  GRANT USAGE ON SCHEMA {schema} TO punctual_user;
  GRANT SELECT ON {schema}.batch_lists, {schema}.batch_list_members, {schema}.batch_list_rejects TO punctual_user;

  -- roles unrelated to punctual_user see what their privileges allow
  ALTER TABLE {schema}.batch_lists ENABLE ROW LEVEL SECURITY;
  DROP POLICY IF EXISTS everybody_else ON {schema}.batch_lists;
  DROP POLICY IF EXISTS own_lists ON {schema}.batch_lists;
  CREATE POLICY everybody_else ON {schema}.batch_lists
    USING ((SELECT NOT pg_has_role('punctual_user', 'MEMBER'))) WITH CHECK ((SELECT NOT pg_has_role('punctual_user', 'MEMBER')));
  CREATE POLICY own_lists ON {schema}.batch_lists FOR SELECT TO punctual_user USING (
    (workspace_id IS NOT NULL AND workspace_id = nullif(current_setting('punctual.workspace_id', true), ''))
    OR (workspace_id IS NULL AND user_id = nullif(current_setting('punctual.user_id', true), ''))
  );
  FOREACH of_list IN ARRAY ARRAY['batch_list_members', 'batch_list_rejects'] LOOP
    EXECUTE format('ALTER TABLE {schema}.%I ENABLE ROW LEVEL SECURITY', of_list);
    EXECUTE format('DROP POLICY IF EXISTS everybody_else ON {schema}.%I', of_list);
    EXECUTE format('DROP POLICY IF EXISTS of_own_lists ON {schema}.%I', of_list);
    EXECUTE format(
      'CREATE POLICY everybody_else ON {schema}.%I
         USING ((SELECT NOT pg_has_role(''punctual_user'', ''MEMBER''))) WITH CHECK ((SELECT NOT pg_has_role(''punctual_user'', ''MEMBER'')))',
      of_list);
    EXECUTE format(
      'CREATE POLICY of_own_lists ON {schema}.%I FOR SELECT TO punctual_user
         USING (EXISTS (SELECT FROM {schema}.batch_lists l WHERE l.id = list_id))',
      of_list);
  END LOOP;
  RETURN true;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN false;
END
$isolate$;
