// The role that isolates the application's users, for `punctual doctor`.
import type { Db } from '../database.js';

export interface UserRole {
  readonly role: string;
  readonly exists: boolean;
  readonly may_enter: boolean;
  readonly may_create: boolean;
  /** Row security is on for the jobs. */
  readonly enforced: boolean;
}

export async function readUserRole(db: Db): Promise<UserRole> {
  const { rows } = await db.query<UserRole & Record<string, unknown>>(
    `SELECT current_user AS role, u.oid IS NOT NULL AS exists,
       CASE WHEN u.oid IS NULL THEN false ELSE pg_has_role(u.oid, 'MEMBER') END AS may_enter,
       r.rolcreaterole OR r.rolsuper AS may_create,
       coalesce((SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(format('%I.jobs', $1::text))), false) AS enforced
     FROM pg_roles r LEFT JOIN pg_roles u ON u.rolname = 'punctual_user' WHERE r.rolname = current_user`,
    [db.schema],
  );
  return rows[0]!;
}

/** Returns true if the users are isolated afterwards. */
export async function isolateUsers(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ done: boolean }>('SELECT {schema}.isolate_users() AS done');
  return rows[0]?.done === true;
}

export interface StoredKey {
  readonly workspace_id: string;
  readonly provider: string;
  readonly value: string;
}

/** The newest secrets under each encryption key, a few of each. */
export async function readStoredKeys(db: Db, ofEach: number): Promise<readonly StoredKey[]> {
  const { rows } = await db.query<StoredKey & Record<string, unknown>>(
    `SELECT workspace_id, provider, value FROM (
       SELECT workspace_id, provider, value,
         row_number() OVER (PARTITION BY regexp_replace(value, '\\.[^.]*$', '') ORDER BY updated_at DESC) AS place
       FROM {schema}.workspace_keys
     ) AS newest WHERE place <= $1`,
    [ofEach],
  );
  return rows;
}
