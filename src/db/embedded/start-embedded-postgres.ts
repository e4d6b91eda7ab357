// A real PostgreSQL for development, the demo and tests, on a machine with only Node.js.
import { chown, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger, type Logger } from '../../base/logger.js';
import { prepareBinaries } from './binaries.js';
import { ensureCluster } from './cluster.js';
import { openDataFolder } from './data-folder.js';
import { explainRefusal, forgetHolder, noteHolder } from './holder.js';
import { chooseIdentity, type Identity } from './identity.js';
import { startServerProcess } from './server-process.js';

export interface EmbeddedPostgresOptions {
  /** Created at the first start and reused afterwards. One server at a time. */
  readonly dataDir: string;
  readonly logger?: Logger;
  /** Server settings (`max_connections`, `fsync`, …) that override the defaults. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Abandons a start that has not finished; what was started is ended first. */
  readonly signal?: AbortSignal;
}

export interface EmbeddedPostgres {
  /** The superuser on the database `postgres`, over a unix socket that only this user (and the server's) can reach. */
  readonly connectionString: string;
  /** The location of the data: `dataDir`, or its replacement if the server's user cannot reach that. */
  readonly dataDir: string;
  /** The process id of the server. */
  readonly pid: number;
  /** A clean, fast shutdown. May be called twice. */
  stop(): Promise<void>;
}

/** Socket paths may have at most 107 bytes, and temporary folders are often longer, so /tmp is always used. */
async function makeSocketDir(identity: Identity): Promise<string> {
  const folder = await mkdtemp('/tmp/punctual-');
  if (identity) await chown(folder, identity.uid, identity.gid);
  return folder;
}

/**
 * Starts a PostgreSQL server for this process: no TCP, no password, in its own session so that Ctrl-C does not reach it before our drain;
 * it ends with `stop()`, or whenever this process ends. Throws EMBEDDED_DATABASE when the binaries are not installed, do not run here, or
 * the folder is in use (the message says by whom).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { logger = silentLogger, settings = {}, signal } = options;
  const identity = await chooseIdentity(path.resolve(options.dataDir));
  const { initdb, postgres } = await prepareBinaries(identity);
  const folder = await openDataFolder(options.dataDir, identity, logger);
  await ensureCluster({ initdb, folder, identity, sync: settings['fsync'] !== 'off', signal });
  const socketDir = await makeSocketDir(identity);
  const removeSocketDir = (): Promise<void> => rm(socketDir, { recursive: true, force: true });
  try {
    const server = await startServerProcess({
      postgres,
      cluster: folder.cluster,
      socketDir,
      identity,
      settings,
      logger,
      signal,
    });
    await noteHolder(folder, server.pid);
    const stop = async (): Promise<void> => {
      await server.stop();
      await Promise.all([removeSocketDir(), forgetHolder(folder)]);
    };
    let stopped: Promise<void> | undefined;
    return {
      // the port is part of the socket's name; without it, PGPORT of the environment would be used
      connectionString: `postgresql://postgres@localhost:${settings.port ?? 5432}/postgres?host=${socketDir}`,
      dataDir: folder.path,
      pid: server.pid,
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await removeSocketDir();
    throw await explainRefusal(folder, error);
  }
}
