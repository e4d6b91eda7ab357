// From the environment to the options of createScheduler.
import type { Config } from '../base/config/config.js';
import type { Logger } from '../base/logger.js';
import type { CreateSchedulerOptions } from '../compose/create-scheduler.js';
import type { AnyModule } from '../scheduler/modules/index.js';
import type { ServerDatabase } from './server-database.js';

/** Pure. The server's scheduler has the main process and the modules that come with the package. */
export function schedulerOptions(
  config: Config,
  { pool, directUrl }: Pick<ServerDatabase, 'pool' | 'directUrl'>,
  logger: Logger,
  modules: readonly AnyModule[],
): CreateSchedulerOptions {
  const { database, auth, scheduler, queue, subscriptions } = config;
  const { schema, migrateOnStart, waitS } = database;
  const { workerToken, table, processingTable, ...rest } = subscriptions;
  return {
    pool,
    directUrl,
    schema,
    migrate: migrateOnStart,
    startTimeoutS: waitS,
    logger,
    subscriptions: {
      ...rest,
      ...(workerToken === null ? {} : { workerToken }),
      ...(table === null ? {} : { table }),
      ...(processingTable === null ? {} : { processingTable }),
    },
    queue: {
      worker: scheduler.workerEnabled,
      concurrency: queue.concurrency,
      encryptionKeys: auth.encryptionKeys,
    },
    modules,
    enabled: scheduler.enabled,
    tick: scheduler.tick,
    batchCron: scheduler.batchCron,
    heartbeatS: scheduler.heartbeatS,
    leaseS: scheduler.leaseS,
    budgetS: scheduler.runBudgetS,
    alertS: scheduler.runAlertS,
    shutdownGraceS: scheduler.shutdownGraceS,
  };
}
