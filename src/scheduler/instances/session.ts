// The dedicated connection: it holds the advisory locks, and reports once when it is lost.
import type pg from 'pg';
import { SchedulerError, toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { openWatchedClient, type WatchedClient } from '../../db/connect/watched-client.js';
import { withSchema, type Db } from '../../db/database.js';
import type { Backend } from '../../db/silence.js';
import { applySessionSettings } from '../../db/engine/queries/instances/session-settings.js';
import { findBackend } from '../../db/pool.js';

export interface Session {
  readonly db: Db;
  readonly backend: Backend;
  /** Aborts when the connection is lost, with the reason; not on `close`. */
  readonly lost: AbortSignal;
  /** Closes the connection, which releases the locks. Never rejects. */
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly config: pg.ClientConfig;
  readonly schema: string;
  readonly logger: Logger;
  readonly pingMs?: number;
  readonly pingLimitMs?: number;
}

/** Opens it. Throws DATABASE_UNSUITABLE if it goes through a transaction pooler, where session locks do not hold. */
export async function openSession({ schema, logger, ...options }: SessionOptions): Promise<Session> {
  const watched = await openWatchedClient({ ...options, applicationName: 'punctual-presence' }).catch(unreachable);
  const backend = await backendOf(watched);
  const refused = await applySessionSettings(watched.client);
  if (refused.length > 0) logger.debug('the server refused session settings', { refused });
  return { db: withSchema(watched.client, schema), backend, lost: watched.lost, close: watched.close };
}

async function backendOf(watched: WatchedClient): Promise<Backend> {
  const backend = await findBackend(watched.client).catch(async (error: unknown) => {
    await watched.close();
    return unreachable(error);
  });
  if (backend !== null) return backend;
  await watched.close();
  throw new SchedulerError(
    'DATABASE_UNSUITABLE',
    'the dedicated connection goes through a transaction pooler, which loses session locks: set DATABASE_DIRECT_URL',
  );
}

function unreachable(cause: unknown): never {
  const message = `no dedicated connection: ${toError(cause).message}`;
  throw new SchedulerError('DATABASE_UNAVAILABLE', message, {}, { cause });
}
