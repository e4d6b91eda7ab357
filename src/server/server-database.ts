// Which database the server works on: the one it was given, or in development an embedded one that is loaded only then.
import type { Config } from '../base/config/config.js';
import { SchedulerError, toError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { configOfPool, createPool, endPool } from '../db/pool.js';
import { destroyConnection } from '../db/connect/end-connection.js';
import { withFreshClient } from '../db/connect/fresh-client.js';
import { ping } from '../db/engine/queries/ping.js';

type Pool = ReturnType<typeof createPool>;

export interface ServerDatabase {
  readonly pool: Pool;
  /** For the dedicated connection. */
  readonly directUrl: string;
  /** Rejects when the database does not respond within a few seconds. */
  probe(): Promise<void>;
  /** Ends the pool, then the embedded server if there is one. */
  close(): Promise<void>;
}

/** Kept between starts, out of the way of the repository's own files. */
const EMBEDDED_FOLDER = '.punctual/postgres';
const PROBE_MS = 2_000;

/**
 * Throws EMBEDDED_DATABASE when there is no URL and the embedded server cannot start, DATABASE_UNAVAILABLE when the one that is
 * named does not let us in.
 */
export async function openServerDatabase(
  { url, directUrl, poolMax, waitS }: Config['database'],
  logger: Logger,
  signal: AbortSignal,
): Promise<ServerDatabase> {
  const embedded = url === null ? await startEmbedded(logger, signal) : null;
  const connectionString = url ?? embedded?.connectionString ?? '';
  let ended = false;
  const onError = (error: Error): void => {
    if (!ended) logger.warn('idle database connection lost', { error });
  };
  const pool = createPool({ connectionString, max: poolMax, onError });
  // with a wait, the scheduler's start does it, while the server listens already
  if (url !== null && waitS === 0) await letIn(pool);
  return {
    pool,
    directUrl: directUrl ?? connectionString,
    probe: createProbe(pool),
    close: async () => {
      ended = true; // the last sockets may still be open when the embedded server stops
      await endPool(pool);
      await embedded?.stop();
    },
  };
}

/** Said at once and with the name of the variable: a later failure would speak in the driver's words alone. */
async function letIn(pool: Pool): Promise<void> {
  try {
    await ping(pool);
  } catch (error) {
    await endPool(pool);
    const { message } = toError(error);
    throw new SchedulerError('DATABASE_UNAVAILABLE', `the database of DATABASE_URL: ${message}`, {}, { cause: error });
  }
}

async function startEmbedded(logger: Logger, signal: AbortSignal) {
  const { startEmbeddedPostgres } = await import('../db/embedded/index.js');
  const server = await startEmbeddedPostgres({ dataDir: EMBEDDED_FOLDER, logger, signal });
  logger.info('embedded PostgreSQL started', { data_dir: server.dataDir, pid: server.pid });
  return server;
}

/** Callers at the same time share one question: a database that hangs must not use up the pool. */
function createProbe(pool: Pool): () => Promise<void> {
  let asked: Promise<void> | null = null;
  return () => (asked ??= probeOnce(pool).finally(() => (asked = null)));
}

/**
 * Settles within a few seconds in every case. A connection of the pool that does not respond is not given back; it may be one
 * of many that have fallen silent, so that a new one is asked before the database is said to be away.
 */
async function probeOnce(pool: Pool): Promise<void> {
  const connecting = pool.connect();
  const client = await inTime(connecting).catch((error: unknown) => {
    connecting.then(
      (late) => late.release(),
      () => {},
    );
    throw error;
  });
  const lost = (): void => {}; // the question fails by itself; without a listener the loss would end the process
  client.on('error', lost);
  try {
    await inTime(ping(client));
    client.release();
    client.off('error', lost);
  } catch (error) {
    client.release(toError(error));
    destroyConnection(client);
    await withFreshClient(configOfPool(pool), PROBE_MS, ping);
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {}); // it may fail after we stopped listening
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${PROBE_MS} ms`)), PROBE_MS);
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
