// Creates connections: our own pool from a URL, and a single client with the settings of a pool, which may be the host's.
import pg from 'pg';
import { sleep } from '../base/timing/sleep.js';
import { destroyConnection } from './connect/end-connection.js';
import { withHosts, type ConnectionConfig } from './connect/new-client.js';
import type { Backend } from './silence.js';
import { RESULT_TYPES } from './wire/result-types.js';

export interface PoolConfig {
  readonly connectionString: string;
  /** Maximum number of connections. */
  readonly max: number;
  /** Called for errors on idle connections, which would end the process without a listener. */
  readonly onError: (error: Error) => void;
}

/** Our own pool, which its creator ends. Throws INVALID_CONFIG for a connection string that cannot be read. */
export function createPool({ connectionString, max, onError }: PoolConfig): pg.Pool {
  const settings: pg.PoolConfig = {
    connectionString,
    max,
    application_name: 'punctual',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    types: RESULT_TYPES,
  };
  const pool = new pg.Pool(withHosts(settings as ConnectionConfig));
  pool.on('error', onError);
  const clients = new Set<pg.PoolClient>();
  pool.on('connect', (client) => void clients.add(client)).on('remove', (client) => void clients.delete(client));
  open.set(pool, clients);
  return pool;
}

/** Connections of pools of our own. */
const open = new WeakMap<pg.Pool, ReadonlySet<pg.PoolClient>>();

/**
 * Ends a pool created by `createPool`. A silent connection never ends by itself: the rest is closed after `limitMs`.
 */
export async function endPool(pool: pg.Pool, limitMs = 3_000): Promise<void> {
  const patience = new AbortController();
  const ended = pool.end().finally(() => patience.abort());
  await Promise.race([ended, sleep(limitMs, patience.signal)]);
  for (const client of open.get(pool) ?? []) destroyConnection(client);
}

/** Whether `createPool` created the pool, so that settings on its connections affect nothing else. */
export const isOwnPool = (pool: pg.Pool): boolean => pool.options.types === RESULT_TYPES;

/** The settings of an additional connection like those of `pool`. */
export function configOfPool(pool: pg.Pool): ConnectionConfig {
  // pg stores secrets in properties that a spread does not copy
  const { options } = pool;
  return { ...options, password: options.password, ssl: options.ssl } as ConnectionConfig;
}

/** The backend of this client; null if it differs from the one at connect time, because of a pooler. */
export async function findBackend(client: pg.Client): Promise<Backend | null> {
  const { rows } = await client.query<{ pid: number; seen_s: number }>({
    text: 'SELECT pg_backend_pid() AS pid, extract(epoch FROM clock_timestamp())::float8 AS seen_s',
    types: RESULT_TYPES,
  });
  const { pid, seen_s: seenS } = rows[0]!;
  return pid === (client as unknown as { processID: number | null }).processID ? { pid, seenS } : null;
}
