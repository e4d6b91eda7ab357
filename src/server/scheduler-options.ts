// From the environment to the options of createScheduler.
import type { Config } from '../base/config.js';
import type { Logger } from '../base/logger.js';
import type { CreateSchedulerOptions } from '../compose/create-scheduler.js';
import type { ServerDatabase } from './server-database.js';

/** Pure. The server's scheduler has the main process, the jobs that come with the package, and no other. */
export function schedulerOptions(
  { database: { schema, migrateOnStart }, auth, scheduler, queue, subscriptions }: Config,
  { pool, directUrl }: Pick<ServerDatabase, 'pool' | 'directUrl'>,
  logger: Logger,
): CreateSchedulerOptions {
  const { workerToken, ...rest } = subscriptions;
  return {
    pool,
    directUrl,
    schema,
    migrate: migrateOnStart,
    logger,
    subscriptions: { ...rest, ...(workerToken === null ? {} : { workerToken }) },
    queue: {
      worker: scheduler.workerEnabled,
      concurrency: queue.concurrency,
      ownJobs: true,
      encryptionKeys: auth.encryptionKeys,
      allowPrivateWebhooks: queue.allowPrivateWebhooks,
      ...(queue.enrichmentUrl === null ? {} : { enrichmentUrl: queue.enrichmentUrl }),
    },
    enabled: scheduler.enabled,
    tick: scheduler.tick,
    heartbeatS: scheduler.heartbeatS,
    leaseS: scheduler.leaseS,
    budgetS: scheduler.runBudgetS,
    alertS: scheduler.runAlertS,
    shutdownGraceS: scheduler.shutdownGraceS,
  };
}
