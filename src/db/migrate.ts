// Brings the database to the shape this version needs: numbered SQL files, one transaction each, under our own lock.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { SchedulerError, toError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { sleep } from '../base/sleep.js';
import { withSchema } from './database.js';
import { configOfPool, isBehindPooler } from './pool.js';
import { preflight } from './preflight.js';
import { statementError, unavailable } from './wire/connection-errors.js';
import { RESULT_TYPES } from './wire/result-types.js';
import { SET_FOR_SESSION } from './wire/session-settings.js';

export interface MigrateOptions {
  readonly connectionString?: string;
  /** Its settings are used for a connection of our own; nothing is run on the pool itself. */
  readonly pool?: pg.Pool;
  /** Settings of a direct connection; wins over the other two. */
  readonly client?: pg.ClientConfig;
  /** Where our own tables live. Created when missing. */
  readonly schema: string;
  readonly logger: Logger;
}

export interface MigrateResult {
  /** Names of the files applied now, in order. */
  readonly applied: readonly string[];
}

const DIRECTORY = fileURLToPath(new URL('./migrations', import.meta.url));
const LOCK_POLL_MS = 100;
const BLOCKED_ATTEMPTS = 20;
const BLOCKED_PAUSE_MS = 500;

/**
 * Applies what is missing, in the order of the numbers; a second call finds nothing to do. Any number of instances may
 * call it at once: one works, the others wait. Throws MIGRATION_REFUSED when the host's tables cannot be adopted,
 * DATABASE_UNSUITABLE through a transaction pooler.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const client = new pg.Client({ ...configOf(options), application_name: 'punctual-migrate', types: RESULT_TYPES });
  client.on('error', (error) => options.logger.warn('migration connection lost', { error }));
  await client.connect().catch((error: unknown) => {
    throw unavailable(error);
  });
  try {
    await prepareSession(client);
    await takeLock(client, options);
    return await applyFiles(client, options);
  } finally {
    await client.end(); // the lock goes with the session
  }
}

function configOf({ client, connectionString, pool }: MigrateOptions): pg.ClientConfig {
  if (client) return client;
  if (connectionString) return { connectionString };
  if (pool) return configOfPool(pool);
  throw new SchedulerError('INVALID_CONFIG', 'migrate needs a connection string, a pool or client settings');
}

async function prepareSession(client: pg.Client): Promise<void> {
  if (await isBehindPooler(client)) {
    throw new SchedulerError(
      'DATABASE_UNSUITABLE',
      'migrations need a direct connection, but a pooler stands between: set DATABASE_DIRECT_URL',
    );
  }
  // a short lock_timeout keeps the host's own statements from queueing up behind ours; run_on must not depend on a zone
  await client.query(`${SET_FOR_SESSION}; SET statement_timeout = 0; SET lock_timeout = '3s'; SET timezone = 'UTC'`);
}

/** Polls instead of waiting inside the server: a waiting statement would hold a snapshot all the while. */
async function takeLock(client: pg.Client, { schema, logger }: MigrateOptions): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
      [`punctual.migrate:${schema}`],
    );
    if (rows[0]?.locked) return;
    if (tries === 0) logger.info('waiting for another instance to migrate', { schema });
    await sleep(LOCK_POLL_MS);
  }
}

async function applyFiles(client: pg.Client, options: MigrateOptions): Promise<MigrateResult> {
  const db = withSchema(client, options.schema);
  await preflight(db, options.schema);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const applied = await run(client, options);
      if (applied.length > 0) options.logger.info('database migrated', { schema: options.schema, applied });
      return { applied };
    } catch (error) {
      await client.query('ROLLBACK');
      if (!isLockTimeout(error) || attempt === BLOCKED_ATTEMPTS) throw refusal(error, options.schema);
      options.logger.warn('migration waits for a lock that somebody else holds', { attempt, schema: options.schema });
      await sleep(BLOCKED_PAUSE_MS);
    }
  }
}

const isLockTimeout = (error: unknown): boolean => (error as { code?: unknown }).code === '55P03';

function refusal(thrown: unknown, schema: string): SchedulerError {
  const error = statementError(thrown);
  if (error instanceof SchedulerError) return error;
  const message = `migration failed: ${toError(error).message}`;
  return new SchedulerError('MIGRATION_REFUSED', message, { schema }, { cause: error });
}

async function run(client: pg.Client, { schema, logger }: MigrateOptions): Promise<string[]> {
  // loaded on demand: it brings a TypeScript loader and a globber that nothing else needs
  const { runner } = await import('node-pg-migrate');
  const said = (message: string): void => logger.debug('migration', { message });
  const files = await runner({
    dbClient: client,
    dir: DIRECTORY,
    direction: 'up',
    migrationsTable: 'migrations',
    migrationsSchema: schema,
    createMigrationsSchema: true,
    noLock: true,
    migrationLoaderStrategies: [{ extensions: ['.sql'], loader: (paths) => Promise.all(paths.map(load(schema))) }],
    logger: { debug: said, info: said, warn: said, error: said },
  });
  return files.map((file) => file.name);
}

const load = (schema: string) => async (path: string) => {
  const sql = (await readFile(path, 'utf8')).replaceAll('{schema}', `"${schema}"`);
  return {
    id: path,
    filePaths: [path],
    actions: { up: (pgm: { sql(text: string): void }) => pgm.sql(sql), down: false as const },
  };
};
