// The OpenAPI document of the whole server without starting it: for the build of the dashboard, which is typed by it.
import { loadConfig } from '../base/config.js';
import { silentLogger } from '../base/logger.js';
import { createRequestContext } from '../base/request-context.js';
import { createScheduler } from '../compose/create-scheduler.js';
import { ownModules } from '../compose/modules.js';
import { createLoginCodes } from '../dashboard/login-codes.js';
import { createPool } from '../db/pool.js';
import { createApis, serverDocument } from './apis.js';
import { schedulerOptions } from './scheduler-options.js';

/** Nothing is connected to: what these name is not there. */
const NOWHERE = 'postgres://127.0.0.1:1/none';
const EVERYTHING = {
  NODE_ENV: 'test',
  DATABASE_URL: NOWHERE,
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'none@example.com',
};

/** With every module that comes with the package. */
export function describeServer(): object {
  const config = loadConfig(EVERYTHING);
  const pool = createPool({ connectionString: NOWHERE, max: 1, onError: () => {} });
  const modules = ownModules(config.modules);
  const scheduler = createScheduler(schedulerOptions(config, { pool, directUrl: NOWHERE }, silentLogger, modules));
  return serverDocument(
    createApis({
      scheduler,
      auth: config.auth,
      environment: config.environment,
      logger: silentLogger,
      context: createRequestContext(),
      closing: new AbortController().signal,
      loginCodes: createLoginCodes(),
      beforeModules: [],
      state: () => 'starting',
      probeDatabase: async () => {},
    }),
  );
}
