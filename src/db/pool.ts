// Making connections: our own pool from a URL, and a single client beside a pool that may be the host's.
import pg from 'pg';
import { sleep } from '../base/sleep.js';
import { destroyConnection } from './silence.js';
import { RESULT_TYPES } from './wire/result-types.js';

export interface PoolConfig {
  readonly connectionString: string;
  /** Connections at most. */
  readonly max: number;
  /** Told of errors on idle connections; without a listener they would end the process. */
  readonly onError: (error: Error) => void;
}

/** A pool of our own; whoever makes it ends it. */
export function createPool({ connectionString, max, onError }: PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'punctual',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types: RESULT_TYPES,
  });
  pool.on('error', onError);
  const clients = new Set<pg.PoolClient>();
  pool.on('connect', (client) => void clients.add(client)).on('remove', (client) => void clients.delete(client));
  open.set(pool, clients);
  return pool;
}

/** Connections of pools of our own. */
const open = new WeakMap<pg.Pool, ReadonlySet<pg.PoolClient>>();

/**
 * Ends a pool that `createPool` made. A connection that has fallen silent never ends: what is still there after `limitMs` is cut.
 */
export async function endPool(pool: pg.Pool, limitMs = 5_000): Promise<void> {
  const patience = new AbortController();
  const ended = pool.end().finally(() => patience.abort());
  await Promise.race([ended, sleep(limitMs, patience.signal)]);
  for (const client of open.get(pool) ?? []) destroyConnection(client);
}

/** A pool that `createPool` made: what is set on its connections concerns nobody else. */
export const isOwnPool = (pool: pg.Pool): boolean => pool.options.types === RESULT_TYPES;

/** The settings of one more connection like those of `pool`. */
export function configOfPool(pool: pg.Pool): pg.ClientConfig {
  // pg keeps secrets as properties that a spread leaves out
  const { options } = pool;
  return { ...options, password: options.password, ssl: options.ssl };
}

/** A pooler between us and the server answers with another backend than the one that greeted us. */
export async function isBehindPooler(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>({
    text: 'SELECT pg_backend_pid() AS pid',
    types: RESULT_TYPES,
  });
  return rows[0]?.pid !== (client as unknown as { processID: number | null }).processID;
}
