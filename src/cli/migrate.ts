// `npm run migrate`: the migrations alone, for deployments that start with MIGRATE_ON_START=false.
import { createLogger } from '../base/logger.js';
import { migrate } from '../db/migrate.js';

async function main(): Promise<void> {
  const connectionString = process.env.DATABASE_DIRECT_URL ?? process.env.DATABASE_URL;
  if (!connectionString) throw new Error('set DATABASE_URL (or DATABASE_DIRECT_URL) to the database to migrate');
  const logger = createLogger({ level: 'info', format: 'pretty' });
  const { applied } = await migrate({ connectionString, schema: process.env.DATABASE_SCHEMA ?? 'punctual', logger });
  if (applied.length === 0) logger.info('nothing to migrate');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
