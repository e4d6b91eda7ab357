// What the current role lacks on our own tables, for `punctual doctor`.
import type { Db } from '../database.js';

export interface Privileges {
  readonly role: string;
  readonly schema_exists: boolean;
  readonly may_create_schema: boolean;
  readonly uses_schema: boolean;
  /** `SELECT, INSERT on punctual.jobs` */
  readonly missing: readonly string[];
  /** Row security would hide the jobs from this role. */
  readonly hidden_by_policies: boolean;
}

export async function readPrivileges(db: Db, host: readonly string[]): Promise<Privileges> {
  const { rows } = await db.query<Privileges & Record<string, unknown>>(
    `WITH ours AS (
       SELECT c.oid, c.oid::regclass::text AS name, c.relkind, c.relowner, c.relrowsecurity, c.relname
       FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p', 'S')
       UNION ALL
       SELECT c.oid, c.oid::regclass::text, c.relkind, c.relowner, false, c.relname
       FROM unnest($2::text[]) AS h (name) JOIN pg_class c ON c.oid = to_regclass(h.name)
     ), lacking AS (
       SELECT o.name, string_agg(p.privilege, ', ') AS privileges
       FROM ours o CROSS JOIN LATERAL unnest(
         CASE WHEN o.relkind = 'S' THEN ARRAY['USAGE'] ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END) AS p (privilege)
       WHERE NOT CASE WHEN o.relkind = 'S' THEN has_sequence_privilege(o.oid, p.privilege)
         ELSE has_table_privilege(o.oid, p.privilege) END
       GROUP BY o.name
     ), functions AS (
       SELECT p.oid::regprocedure::text AS name FROM pg_proc p
       WHERE p.pronamespace = to_regnamespace($1) AND NOT has_function_privilege(p.oid, 'EXECUTE')
     )
     SELECT current_user AS role, to_regnamespace($1) IS NOT NULL AS schema_exists,
       has_database_privilege(current_database(), 'CREATE') AS may_create_schema,
       coalesce(has_schema_privilege(to_regnamespace($1)::oid, 'USAGE'), false) AS uses_schema,
       ARRAY(SELECT privileges || ' on ' || name FROM lacking ORDER BY name)
         || ARRAY(SELECT 'EXECUTE on ' || name FROM functions ORDER BY name) AS missing,
       EXISTS (
         SELECT FROM ours o JOIN pg_roles r ON r.rolname = current_user
         WHERE o.relrowsecurity AND o.relname = 'jobs' AND NOT r.rolbypassrls AND NOT r.rolsuper
           AND NOT pg_has_role(o.relowner, 'USAGE')
           AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'punctual_user')
           AND pg_has_role(coalesce((SELECT oid FROM pg_roles WHERE rolname = 'punctual_user'), 0), 'MEMBER')
           AND NOT EXISTS (
             SELECT FROM pg_policy p WHERE p.polrelid = o.oid AND p.polname = 'runs_the_scheduler' AND r.oid = ANY (p.polroles))
       ) AS hidden_by_policies`,
    [db.schema, host],
  );
  return rows[0]!;
}
