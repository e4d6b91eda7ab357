// The main program of the server: reads the environment, starts everything in order, and ends cleanly.
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { loadConfig, type Config } from './base/config/config.js';
import { isSchedulerError } from './base/errors.js';
import { createLogger, type Logger } from './base/logger.js';
import { createRequestContext, withRequestContext } from './base/request-context.js';
import { VERSION } from './base/version.js';
import { createServer } from './server/boot.js';
import { readEnvFile } from './server/env-file.js';
import { endWithProcess, stopLimitMs } from './server/process-end.js';

/** Runs the server in this process until a signal or an error ends it. An invalid configuration ends it at once. */
export async function main(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const format = process.stdout.isTTY ? 'pretty' : 'json';
  const config = readConfig(env, createLogger({ level: 'info', format }));
  if (config === null) return process.exit(1);
  const context = createRequestContext();
  const logger = withRequestContext(createLogger({ level: config.logLevel, format }), context);
  const server = createServer(config, logger, context);
  const { end } = endWithProcess({ process, logger, stop: () => server.stop(), limitMs: stopLimitMs(config) });
  try {
    const port = await server.start();
    if (port === null) return;
    logger.info('started', { host: config.host, port, version: VERSION, environment: config.environment });
    if (config.auth.adminTokenGenerated) showToken(config, createLogger({ level: 'warn', format }));
    if (config.environment === 'development') logger.info('dashboard', { url: server.loginLink(port) });
  } catch (error) {
    end(error);
  }
}

function readConfig(env: NodeJS.ProcessEnv, logger: Logger): Config | null {
  try {
    return loadConfig(env);
  } catch (error) {
    if (!isSchedulerError(error, 'INVALID_CONFIG')) throw error;
    logger.error(`the configuration is invalid: ${error.message}`, { errors: error.details.errors });
    return null;
  }
}

/** Only in development, regardless of LOG_LEVEL: without it nobody could log in. */
const showToken = ({ auth }: Config, logger: Logger): void =>
  logger.warn('ADMIN_TOKEN is not set; one was generated for this start', { admin_token: auth.adminTokens[0]?.token });

const isEntry = process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href;
if (isEntry) {
  readEnvFile();
  await main();
}
