// Facts about the server and the session, for `punctual doctor`.
import type pg from 'pg';
import type { Db } from '../database.js';

export interface ServerFacts {
  readonly version: string;
  readonly version_number: number;
  readonly standby: boolean;
  readonly role: string;
  readonly database: string;
  readonly isolation: string;
  readonly read_only: boolean;
  readonly statement_timeout: string;
}

export async function readServerFacts(db: Db): Promise<ServerFacts> {
  const { rows } = await db.query<ServerFacts & Record<string, unknown>>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
       current_setting('server_version_num')::int AS version_number, pg_is_in_recovery() AS standby,
       current_user AS role, current_database() AS database,
       current_setting('default_transaction_isolation') AS isolation,
       current_setting('default_transaction_read_only') = 'on' AS read_only,
       current_setting('statement_timeout') AS statement_timeout`,
  );
  return rows[0]!;
}

/** The server's clock, in epoch milliseconds. */
export async function readClock(db: Db): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  );
  return rows[0]!.ms;
}

/** The backend process of this statement; behind a pooler it may change with each one. */
export async function readBackendPid(on: Pick<pg.ClientBase, 'query'>): Promise<number> {
  const { rows } = await on.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return (rows[0] as { pid: number }).pid;
}
