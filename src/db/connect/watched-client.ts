// A connection that is kept open permanently (for locks, or to listen): queried periodically to check whether the server still responds,
// because neither end notices when the network drops packets.
import type pg from 'pg';
import { toError } from '../../base/errors.js';
import { sleep } from '../../base/timing/sleep.js';
import { SECOND_LOOK_MS } from '../../base/timing/within.js';
import { ping } from '../engine/queries/server/ping.js';
import { destroyConnection, endClient } from './end-connection.js';
import { newClient, type ConnectionConfig } from './new-client.js';

export interface WatchedClient {
  readonly client: pg.Client;
  /** Aborts when the connection is lost, with the reason; not on `close`. */
  readonly lost: AbortSignal;
  /** Closes the connection, which releases its locks. Never rejects. */
  close(): Promise<void>;
}

export interface WatchedClientOptions {
  readonly config: ConnectionConfig;
  /** As shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly pingMs?: number;
  readonly pingLimitMs?: number;
  /** Abandons an attempt to connect. */
  readonly signal?: AbortSignal;
}

const CONNECT_LIMIT_MS = 10_000;
const FAREWELL_MS = 2_000;

/** Rejects with pg's own error if no connection can be made. */
export async function openWatchedClient(options: WatchedClientOptions): Promise<WatchedClient> {
  const { config, applicationName, pingMs = 5_000, pingLimitMs = 3_000, signal } = options;
  const client = newClient({
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    ...config,
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: pingMs,
  });
  const gone = new AbortController();
  const closing = new AbortController();
  const over = new AbortController();
  const lose = (error: Error): void => {
    if (over.signal.aborted) return;
    over.abort();
    gone.abort(error);
    destroyConnection(client);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('the connection was closed')));
  await connect(client, signal);
  void pingUntilOver();

  async function pingUntilOver(): Promise<void> {
    for (;;) {
      await sleep(pingMs, over.signal);
      if (over.signal.aborted) return;
      await answers(client, pingLimitMs).catch((error: unknown) => lose(toError(error)));
    }
  }

  return {
    client,
    lost: gone.signal,
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      over.abort();
      await endClient(client, FAREWELL_MS);
    },
  };
}

async function connect(client: pg.Client, signal: AbortSignal | undefined): Promise<void> {
  const giveUp = (): void => destroyConnection(client);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    await client.connect();
  } catch (error) {
    destroyConnection(client);
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

async function answers(client: pg.Client, limitMs: number): Promise<void> {
  let answer = false;
  const asked = ping(client).then(() => {
    answer = true;
  });
  const limit = new AbortController();
  const late = sleep(limitMs, limit.signal).then(() => (answer ? undefined : sleep(SECOND_LOOK_MS, limit.signal)));
  try {
    await Promise.race([asked, late]);
  } finally {
    limit.abort();
  }
  if (!answer) {
    asked.catch(() => {});
    throw new Error(`the connection did not respond within ${limitMs} ms`);
  }
}
