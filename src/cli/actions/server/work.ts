// What `punctual worker start` does: runs jobs and nothing else; any number of such processes can run beside the servers.
import { loadConfig, NEEDED_BY_WORKER } from '../../../base/config/config.js';
import { createLogger } from '../../../base/logger.js';
import { serverModules } from '../../../compose/modules.js';
import { createScheduler, type Scheduler } from '../../../compose/create-scheduler.js';
import { endWithProcess, stopLimitMs } from '../../../server/process-end.js';
import { schedulerOptions } from '../../../server/scheduler-options.js';
import { openServerDatabase } from '../../../server/server-database.js';
import { WORKER_TITLE } from './worker-title.js';

/** Runs until a signal or an error ends it; running jobs get SHUTDOWN_GRACE_S to finish. */
export async function work(): Promise<void> {
  process.title = WORKER_TITLE;
  const config = loadConfig(process.env, { needed: NEEDED_BY_WORKER });
  const logger = createLogger({ level: config.logLevel, format: process.stdout.isTTY ? 'pretty' : 'json' });
  const closing = new AbortController();
  let stopAll = async (): Promise<void> => {};
  const { end } = endWithProcess({
    process,
    logger,
    stop: async () => {
      closing.abort();
      await stopAll();
    },
    limitMs: stopLimitMs(config),
  });
  try {
    const database = await openServerDatabase(config.database, logger, closing.signal);
    const options = schedulerOptions(config, database, logger, await serverModules(config));
    const scheduler = createScheduler({ ...options, subscriptions: false, queue: { ...options.queue, worker: true } });
    stopAll = async () => {
      await scheduler.stop({ graceMs: config.scheduler.shutdownGraceS * 1_000 });
      await database.close();
    };
    await scheduler.start();
    logger.info('worker started', { concurrency: config.queue.concurrency, types: typesOf(scheduler) });
  } catch (error) {
    end(error);
  }
}

const typesOf = (scheduler: Scheduler): readonly string[] => scheduler.queue.types().map(({ type }) => type);
