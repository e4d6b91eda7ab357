// A new connection for a few queries, used when all connections of the pool may be silent.
import type pg from 'pg';
import { within } from '../../base/timing/within.js';
import { endClient } from './end-connection.js';
import { newClient, type ConnectionConfig } from './new-client.js';

const CONNECT_LIMIT_MS = 3_000;
const FAREWELL_MS = 1_000;

/** Connects, works and closes. Rejects if the server is not reachable, and with DATABASE_UNAVAILABLE after `limitMs`. */
export async function withFreshClient<T>(
  config: ConnectionConfig,
  limitMs: number,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = newClient({ ...config, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  client.on('error', () => {});
  const done = client.connect().then(() => work(client));
  try {
    return await within(limitMs, done, 'a query on a new connection');
  } finally {
    void endClient(client, FAREWELL_MS);
  }
}
