// One connection by DATABASE_URL for a command that runs a few queries.
import { loadConfig, type Config } from '../../../base/config/config.js';
import { SchedulerError } from '../../../base/errors.js';
import { withSchema, type Db } from '../../../db/database.js';
import { endClient } from '../../../db/connect/end-connection.js';
import { newClient } from '../../../db/connect/new-client.js';
import { statementError, unavailable } from '../../../db/wire/connection-errors.js';

const CONNECT_LIMIT_MS = 10_000;

/** Throws INVALID_CONFIG without a database, DATABASE_UNAVAILABLE when it cannot be reached, DATABASE_UNSUITABLE when it was not migrated. */
export async function withDatabase<T>(
  env: NodeJS.ProcessEnv,
  work: (db: Db, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig(env, { needed: [] });
  const { url, schema } = config.database;
  if (url === null) throw new SchedulerError('INVALID_CONFIG', 'set DATABASE_URL to the database that the workers use');
  const client = newClient({ connectionString: url, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  client.on('error', () => {}); // the question that waits is told
  try {
    await client.connect().catch((error: unknown) => {
      throw unavailable(error);
    });
    return await work(withSchema(client, schema), config);
  } catch (error) {
    throw isUndefinedTable(error) ? notMigrated(schema) : statementError(error);
  } finally {
    await endClient(client, 1_000);
  }
}

const isUndefinedTable = (error: unknown): boolean => (error as { code?: unknown }).code === '42P01';

const notMigrated = (schema: string): SchedulerError =>
  new SchedulerError('DATABASE_UNSUITABLE', `the schema ${schema} has not been migrated: punctual migrate up`);
