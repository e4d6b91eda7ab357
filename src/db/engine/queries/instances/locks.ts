// Session-level advisory locks of the dedicated connection, which show which instances are alive and where each exclusive process runs. The
// class id is the oid of our own table, so that no lock of the host can conflict with ours. Only try-locks are used.
import type { Db } from '../../../database.js';

const flag = async (db: Db, sql: string, values: unknown[]): Promise<boolean> => {
  const { rows } = await db.query<{ ok: boolean }>(sql, values);
  return rows[0]?.ok === true;
};

/** Takes a free presence key, for as long as this session lives. */
export async function takePresenceKey(session: Db): Promise<number> {
  for (;;) {
    const { rows } = await session.query<{ key: string }>(`SELECT nextval('{schema}.presence_keys') AS key`);
    const key = Number(rows[0]?.key);
    const taken = await flag(
      session,
      `SELECT pg_try_advisory_lock('{schema}.scheduler_instances'::regclass::oid::int4, $1) AS ok`,
      [key],
    );
    if (taken) return key;
  }
}

/** False if another session holds the process. Locks are re-entrant, so call this once per session. */
export const tryProcessLock = (session: Db, lockId: number): Promise<boolean> =>
  flag(session, `SELECT pg_try_advisory_lock('{schema}.scheduler_processes'::regclass::oid::int4, $1) AS ok`, [lockId]);

export const releaseProcessLock = (session: Db, lockId: number): Promise<boolean> =>
  flag(session, `SELECT pg_advisory_unlock('{schema}.scheduler_processes'::regclass::oid::int4, $1) AS ok`, [lockId]);
