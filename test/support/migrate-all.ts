// Every table that there is: the engine's, the queue's, those of subscriptions and of all modules.
import { migrate, type MigrateResult } from '../../src/compose/migrate.js';
import { enrichment } from '../../src/modules/enrichment/index.js';
import { webhooks } from '../../src/modules/webhooks/index.js';

export const ALL_MODULES = [webhooks(), enrichment()];

export const migrateAll = (connectionString: string, schema = 'punctual'): Promise<MigrateResult> =>
  migrate({ connectionString, schema, modules: ALL_MODULES });
