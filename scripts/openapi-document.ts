// Prints the OpenAPI document of the admin API with every module, without a database: the dashboard's types are made from it.
import pg from 'pg';
import { loadConfig } from '../src/base/config/config.js';
import { silentLogger } from '../src/base/logger.js';
import { VERSION } from '../src/base/version.js';
import { createScheduler } from '../src/compose/create-scheduler.js';
import { serverModules } from '../src/compose/modules.js';
import { ADMIN_GROUP, createAdminApi } from '../src/routes/admin-routes.js';
import { openApiDocument } from '../src/routes/kit/openapi.js';
import { schedulerOptions } from '../src/server/scheduler-options.js';

/** Nothing connects: routes are described before anything starts. */
const DATABASE_URL = 'postgres://127.0.0.1:1/none';

const config = loadConfig({
  NODE_ENV: 'test',
  DATABASE_URL,
  ADMIN_TOKEN: 'only-to-describe-the-routes',
  SUBSCRIPTION_WORKER_URL: 'http://127.0.0.1:1',
  BATCH_MODULES: 'billing',
  NOTIFICATIONS_ENABLED: 'true',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'punctual@example.com',
});
const pool = new pg.Pool({ connectionString: DATABASE_URL });
const modules = await serverModules(config);
const scheduler = createScheduler(schedulerOptions(config, { pool, directUrl: DATABASE_URL }, silentLogger, modules));
const { routes } = createAdminApi(scheduler, { tokens: config.auth.adminTokens });
const document = openApiDocument([{ prefix: '', routes, ...ADMIN_GROUP }], VERSION);
process.stdout.write(JSON.stringify(document));
await pool.end();
