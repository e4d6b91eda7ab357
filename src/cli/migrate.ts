// `npm run migrate`: the migrations alone, for deployments that start with MIGRATE_ON_START=false.
import { loadConfig } from '../base/config.js';
import { createLogger } from '../base/logger.js';
import { migrate } from '../compose/migrate.js';
import { serverModules } from '../compose/modules.js';
import { readEnvFile } from '../server/env-file.js';

async function main(): Promise<void> {
  readEnvFile();
  const config = loadConfig(process.env, { needed: [] });
  const { directUrl: connectionString, schema } = config.database;
  if (connectionString === null)
    throw new Error('set DATABASE_URL (or DATABASE_DIRECT_URL) to the database to migrate');
  const logger = createLogger({ level: 'info', format: 'pretty' });
  const { applied } = await migrate({ connectionString, schema, logger, modules: serverModules(config) });
  if (applied.length === 0) logger.info('nothing to migrate');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
