// The dedicated connection: it holds the advisory locks, is pinged, and says once when it is gone.
import pg from 'pg';
import { SchedulerError, toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { sleep } from '../../base/sleep.js';
import { withSchema, type Db } from '../../db/database.js';
import { isBehindPooler } from '../../db/pool.js';
import { RESULT_TYPES } from '../../db/wire/result-types.js';
import { ping } from '../../db/engine/queries/ping.js';
import { applySessionSettings } from '../../db/engine/queries/session-settings.js';
import { SECOND_LOOK_MS } from '../../base/within.js';

export interface Session {
  readonly db: Db;
  /** Aborts when the connection is lost; the reason says why. Not by `close`. */
  readonly lost: AbortSignal;
  /** Gives the locks back with the connection. Never rejects. */
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly config: pg.ClientConfig;
  readonly schema: string;
  readonly logger: Logger;
  readonly pingMs?: number;
  readonly pingLimitMs?: number;
}

const CONNECT_LIMIT_MS = 10_000;
const FAREWELL_MS = 2_000;

/** Opens it. Throws DATABASE_UNSUITABLE when a transaction pooler stands between: its locks would be ghosts. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config, schema, logger, pingMs = 5_000, pingLimitMs = 3_000 } = options;
  const client = new pg.Client({
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    ...config,
    application_name: 'punctual-presence',
    keepAlive: true,
    types: RESULT_TYPES,
  });
  const gone = new AbortController();
  const closing = new AbortController();
  const lose = (error: Error): void => {
    if (closing.signal.aborted || gone.signal.aborted) return;
    gone.abort(error);
    destroy(client);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('the dedicated connection was closed')));
  await connect(client);
  const refused = await applySessionSettings(client);
  if (refused.length > 0) logger.debug('the server refused session settings', { refused });
  void pingUntilLost();

  async function pingUntilLost(): Promise<void> {
    const ended = AbortSignal.any([gone.signal, closing.signal]);
    while (!ended.aborted) {
      await sleep(pingMs, ended);
      if (ended.aborted) return;
      await answered(client, pingLimitMs).catch((error: unknown) => lose(toError(error)));
    }
  }

  return {
    db: withSchema(client, schema),
    lost: gone.signal,
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      const patience = new AbortController();
      const farewell = client
        .end()
        .catch(() => {})
        .finally(() => patience.abort());
      await Promise.race([farewell, sleep(FAREWELL_MS, patience.signal)]);
      destroy(client);
    },
  };
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
    if (!(await isBehindPooler(client))) return;
  } catch (error) {
    destroy(client);
    throw new SchedulerError(
      'DATABASE_UNAVAILABLE',
      `no dedicated connection: ${toError(error).message}`,
      {},
      { cause: error },
    );
  }
  await client.end().catch(() => {});
  throw new SchedulerError(
    'DATABASE_UNSUITABLE',
    'the dedicated connection goes through a transaction pooler, which loses session locks: set DATABASE_DIRECT_URL',
  );
}

async function answered(client: pg.Client, limitMs: number): Promise<void> {
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
    throw new Error(`the dedicated connection did not answer within ${limitMs} ms`);
  }
}

/** Cuts the socket without a farewell: nobody may be listening. */
function destroy(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
