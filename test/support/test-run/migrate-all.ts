// Every table that there is: the engine's, the queue's, those of subscriptions and of all modules.
import { loadConfig } from '../../../src/base/config/config.js';
import { migrate, type MigrateResult } from '../../../src/compose/database/migrate.js';
import { ownModules } from '../../../src/compose/modules.js';

export const ALL_MODULES = ownModules(loadConfig({}).modules);

export const migrateAll = (connectionString: string, schema = 'punctual'): Promise<MigrateResult> =>
  migrate({ connectionString, schema, modules: ALL_MODULES });
