// Wires a whole scheduler from its parts: connections, engine, subscriptions, the host's processes.
import type pg from 'pg';
import { systemClock } from '../base/clock.js';
import { silentLogger } from '../base/logger.js';
import { safeLogger } from '../base/safe-logger.js';
import { loadTelemetry } from '../base/telemetry/load-telemetry.js';
import type { Telemetry } from '../base/telemetry/telemetry.js';
import { systemRandom } from '../base/random.js';
import { VERSION } from '../base/version.js';
import { awaitDatabase } from './database/await-database.js';
import { openConnections } from './database/open-connections.js';
import { composeJobs } from './jobs.js';
import { createLifecycle } from './lifecycle.js';
import type { CreateSchedulerOptions, SubscriptionOptions } from './options/options.js';
import { checkSchedulerOptions } from './options/option-rules.js';
import { composeSubscriptions, type SubscriptionParts } from './subscriptions.js';
import { migrate } from '../db/migrate.js';
import { rescueSubscriptions } from '../db/subscriptions/settle/rescue.js';
import { adoptTables } from './database/adopt-tables.js';
import { migrationSets } from './database/migrate.js';
import type { AdminScheduler } from '../routes/scheduler-port.js';
import { DRIVE } from '../scheduler/contracts/drive.js';
import { createEngine, type EngineConfig, type SchedulerEngine } from '../scheduler/index.js';
import type { ModuleDefinition } from '../scheduler/modules/index.js';
import type { JobQueue, Queue } from '../scheduler/queue/index.js';
import type { RowSchedules } from '../scheduler/rows/index.js';
import { createSearch } from './search.js';
import { updateZones } from './database/zone-updates.js';
import type { SubscriptionsApi } from '../subscriptions/api/subscriptions-api.js';

export type { CreateSchedulerOptions, QueueSettings, SubscriptionOptions } from './options/options.js';

/** A composed scheduler, as hosts and routes use it. */
export interface Scheduler extends AdminScheduler {
  /** Adds a job; with `db` in the caller's own transaction. Returns its id. Throws INVALID_INPUT for a wrong payload. */
  readonly enqueue: JobQueue['enqueue'];
  /** Many of one type in one statement. */
  readonly enqueueMany: JobQueue['enqueueMany'];
  readonly queue: JobQueue;
  readonly rows: RowSchedules;
  /** The API of a module: what its `create` returned. Throws INVALID_INPUT for a module that is not part of this scheduler. */
  module<S>(definition: ModuleDefinition<S>): S;
}

/** A scheduler that was made with subscriptions. */
export interface SubscriptionScheduler extends Scheduler {
  readonly subscriptions: SubscriptionsApi;
}

/**
 * Creates a scheduler; nothing runs or connects before `start`, which migrates the database under a lock unless `migrate` is false. `stop`
 * drains it, and ends the pool only if it is the scheduler's own. Throws INVALID_CONFIG.
 */
export function createScheduler(
  options: CreateSchedulerOptions & { readonly subscriptions: SubscriptionOptions },
): SubscriptionScheduler;
export function createScheduler(options: CreateSchedulerOptions): Scheduler;
export function createScheduler(options: CreateSchedulerOptions): Scheduler {
  checkSchedulerOptions(options);
  const logger = options.logger ? safeLogger(options.logger) : silentLogger;
  const clock = options.clock ?? systemClock;
  const random = systemRandom;
  const now = (): Date | null => options.clock?.now() ?? null;
  const connections = openConnections(options, logger);
  const { pool, database, direct } = connections;
  const config = engineConfig(options);
  const telemetry: { current: Telemetry | null } = { current: null };
  /** Known once all parts are. */
  let claimed = (): number => 0;
  const engine = createEngine({
    telemetry,
    database,
    direct,
    logger,
    clock,
    random,
    config,
    version: VERSION,
    readings: () => ({ pool: poolOf(pool), claimed: claimed() }),
    ...(options.clock ? { now } : {}),
  });
  const subscriptions =
    options.subscriptions === false
      ? null
      : composeSubscriptions(options.subscriptions ?? {}, {
          engine,
          database,
          clock,
          random,
          now,
          leaseS: config.leaseS,
          telemetry,
        });
  const wanted = {
    jobs: options.jobs ?? [],
    modules: options.modules ?? [],
    rows: options.rows ?? [],
    settings: options.queue ?? {},
  };
  const jobs = composeJobs(wanted, {
    ...{ engine, database, direct, logger, clock, random, now, telemetry },
    worker: options.clock === undefined,
  });
  const { queue, modules, workspaceKeys, rows } = jobs;
  for (const process of options.processes ?? []) engine.registerProcess(process);
  const concurrency = () => [...subscriptionConcurrency(subscriptions), ...jobConcurrency(queue)];
  claimed = () => concurrency().reduce((sum, source) => sum + (source.claimed ?? 0), 0);
  const { startTimeoutS: timeoutS = 0 } = options;
  const { start, stop } = createLifecycle({
    steps: [
      async () => void (telemetry.current = await loadTelemetry(options.telemetry)),
      (signal) => awaitDatabase({ ...{ database, direct, timeoutS, logger, signal }, clock: systemClock }),
      async (signal) => {
        if (options.migrate === false) return;
        const sets = migrationSets(options);
        await migrate({ client: direct(), schema: database.schema, sets, logger, signal });
      },
      () =>
        adoptTables(database, options.subscriptions, () =>
          engine.registerHolder({ name: 'subscriptions', rescue: (tx, dead) => rescueSubscriptions(tx, dead, now()) }),
        ),
      () => rows.findTables(),
      async (signal) => {
        await engine.start();
        try {
          await subscriptions?.onStarted();
          if (rows.sources.length > 0) await updateZones(engine, rows.zones);
          signal.throwIfAborted();
          await jobs.onStarted(signal);
        } catch (error) {
          await engine.stop({ graceMs: 0 });
          throw error;
        }
      },
    ],
    end: async (stopOptions) => {
      try {
        await engine.stop(stopOptions);
      } finally {
        await subscriptions?.close();
        await connections.close();
      }
    },
  });

  return {
    ...facade(engine),
    subscriptions: subscriptions?.api ?? null,
    queue,
    modules,
    rows: rows.api,
    module: modules.stateOf,
    workspaceKeys,
    enqueue: queue.enqueue,
    enqueueMany: queue.enqueueMany,
    start,
    stop,
    // an instance that cannot claim jobs is alive but not ready
    ready: () => engine.ready() && queue.worker.healthy,
    search: createSearch({
      ...{ database, queue, processes: engine.processes },
      withSubscriptions: subscriptions !== null,
    }),
    breakers: () => breakersOf(subscriptions),
    concurrency,
    pool: () => poolOf(pool),
  };
}

const poolOf = (pool: pg.Pool) => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount });

function engineConfig(options: CreateSchedulerOptions): EngineConfig {
  const { budgetS = 300 } = options;
  return {
    tick: options.tick ?? '*/10 * * * * *',
    heartbeatS: options.heartbeatS ?? 2,
    leaseS: options.leaseS ?? 60,
    budgetS,
    alertS: options.alertS ?? Math.min(250, (budgetS * 5) / 6),
    shutdownGraceMs: (options.shutdownGraceS ?? 30) * 1_000,
    enabled: options.enabled ?? true,
    batchCron: options.batchCron === undefined ? '*/5 * * * *' : options.batchCron,
  };
}

/** The engine without the members that are internal to the scheduler. */
const facade = (engine: SchedulerEngine) => ({
  trigger: engine.trigger,
  begin: engine.begin,
  processes: engine.processes,
  batch: engine.batch,
  runs: engine.runs,
  audit: engine.audit,
  stats: engine.stats,
  latencies: engine.latencies,
  status: engine.status,
  on: engine.on,
  off: engine.off,
  [DRIVE]: engine[DRIVE],
});

function breakersOf(parts: SubscriptionParts | null): ReturnType<AdminScheduler['breakers']> {
  if (parts === null) return [];
  return [parts.control.breaker.status()];
}

function subscriptionConcurrency(parts: SubscriptionParts | null): ReturnType<AdminScheduler['concurrency']> {
  if (parts === null) return [];
  const { limit, inUse, max } = parts.control.limit;
  return [{ source: 'subscriptions', inFlight: inUse, limit, maxLimit: max, claimed: parts.claimed() }];
}

function jobConcurrency({
  types,
  worker,
  source,
  concurrency: limit,
}: Queue): ReturnType<AdminScheduler['concurrency']> {
  if (types().length === 0) return [];
  return [{ source: 'queue', inFlight: worker.slotsInUse, limit, maxLimit: limit, claimed: source.claimed }];
}
