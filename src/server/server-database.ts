// The database of the server: the configured one, or in development an embedded one, which is loaded only then.
import type { Config } from '../base/config/config.js';
import { SchedulerError, toError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { configOfPool, createPool, endPool } from '../db/pool.js';
import { destroyConnection } from '../db/connect/end-connection.js';
import { withFreshClient } from '../db/connect/fresh-client.js';
import { ping } from '../db/engine/queries/server/ping.js';

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

/** Kept between starts, apart from the files of the repository. */
const EMBEDDED_FOLDER = '.punctual/postgres';
const PROBE_MS = 2_000;

/**
 * Throws EMBEDDED_DATABASE when there is no URL and the embedded server cannot start, DATABASE_UNAVAILABLE if the configured one cannot be
 * connected to.
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
  // with a wait, the scheduler's start does this while the server is already listening
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

/** Reported at once and with the name of the variable: a later failure would only have the driver's message. */
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

/** Concurrent callers share one query: a database that hangs must not use up the pool. */
function createProbe(pool: Pool): () => Promise<void> {
  let asked: Promise<void> | null = null;
  return () => (asked ??= probeOnce(pool).finally(() => (asked = null)));
}

/**
 * Always settles within a few seconds. A pool connection that does not respond is not released; it may be one of many that have fallen
 * silent, so a new connection is tried before the database counts as unavailable.
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
  const lost = (): void => {}; // the query fails by itself; without a listener the loss would end the process
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
  work.catch(() => {}); // it may still fail later, when its outcome no longer matters
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${PROBE_MS} ms`)), PROBE_MS);
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
