// The connections of a scheduler: the host's pool or our own, and the settings of the dedicated connection.
import type pg from 'pg';
import { SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { createDatabase, type OwnDatabase } from '../../db/database.js';
import { configOfPool, createPool, endPool } from '../../db/pool.js';
import type { CreateSchedulerOptions } from '../options/options.js';

export interface Connections {
  readonly pool: pg.Pool;
  readonly database: OwnDatabase;
  /** Settings of the dedicated connection. */
  readonly direct: () => pg.ClientConfig;
  /** Ends the pool if it is ours. */
  close(): Promise<void>;
}

/** A pool without an error listener ends the process when PostgreSQL restarts. If the host has a listener, none is added. */
function listenForErrors(pool: pg.Pool, onError: (error: Error) => void): void {
  if (pool.listenerCount('error') === 0) pool.on('error', onError);
}

/** Throws INVALID_CONFIG if both a pool and a URL are given, or neither. */
export function openConnections(options: CreateSchedulerOptions, logger: Logger): Connections {
  const { databaseUrl, directUrl, schema = 'punctual', poolMax = 10 } = options;
  if ((options.pool === undefined) === (databaseUrl === undefined)) {
    throw new SchedulerError('INVALID_CONFIG', 'createScheduler needs either a pool or a databaseUrl');
  }
  if (options.pool !== undefined && (options.pool.options as { binary?: boolean } | undefined)?.binary === true) {
    throw new SchedulerError('INVALID_CONFIG', 'the pool has `binary: true`, which pg does not support for all types');
  }
  const onError = (error: Error): void => logger.warn('idle database connection lost', { error });
  const own = databaseUrl === undefined ? null : createPool({ connectionString: databaseUrl, max: poolMax, onError });
  const pool = own ?? (options.pool as pg.Pool);
  listenForErrors(pool, onError);
  let closed: Promise<void> | null = null;
  return {
    pool,
    database: createDatabase(pool, schema),
    direct: () => (directUrl === undefined ? configOfPool(pool) : { connectionString: directUrl }),
    close: () => (closed ??= own ? endPool(own) : Promise.resolve()),
  };
}
