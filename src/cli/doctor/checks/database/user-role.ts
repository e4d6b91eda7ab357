// The role punctual_user, under which the application's users see their own rows only.
import { isolateUsers, readUserRole, type UserRole } from '../../../../db/doctor/user-role.js';
import { quoteIdentifier } from '../../../../db/names.js';
import { defineCheck, ok, type Finding } from '../../check.js';

interface Facts extends UserRole {
  readonly schema: string;
}

function decideUserRole({ role, exists, may_enter: mayEnter, enforced, schema }: Facts): Finding {
  if (exists && mayEnter && enforced) return ok('the database itself isolates users from each other');
  const why = !exists
    ? 'does not exist'
    : mayEnter
      ? 'exists, but row security is off'
      : `cannot be assumed by ${role}`;
  return {
    status: 'warn',
    message: `the role punctual_user ${why}: users are isolated only by the conditions of queries`,
    todo: 'as an administrator, run:',
    sql: [
      ...(exists ? [] : ['CREATE ROLE punctual_user NOLOGIN NOINHERIT']),
      ...(mayEnter ? [] : [`GRANT punctual_user TO ${quoteIdentifier(role)}`]),
      `SELECT ${quoteIdentifier(schema)}.isolate_users()`,
    ],
  };
}

export const userRole = defineCheck<Facts>({
  name: 'role punctual_user',
  needsDatabase: true,
  probe: async ({ db }) => ({ ...(await readUserRole(db)), schema: db.schema }),
  decide: decideUserRole,
  fix: async ({ db }) => ((await isolateUsers(db)) ? 'enabled row security for punctual_user' : null),
});
