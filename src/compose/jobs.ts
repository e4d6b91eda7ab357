// Wires the job queue: enqueueing and administration always, a worker where jobs are defined and it is wanted.
import type pg from 'pg';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Random } from '../base/random.js';
import type { Database } from '../db/database.js';
import type { SchedulerEngine } from '../scheduler/index.js';
import { createEncryption } from '../base/encryption.js';
import { createWebhooks, ownJobs, type Webhooks, type WorkspaceKeys } from '../modules/index.js';
import { createQueue, type AnyJob, type Queue, type QueueLife } from '../scheduler/queue/index.js';
import type { QueueSettings } from './options.js';

export interface JobParts {
  readonly queue: Queue;
  readonly webhooks: Webhooks;
  readonly workspaceKeys: WorkspaceKeys;
  /** Starts the worker once the engine runs. */
  onStarted(): Promise<void>;
}

interface Deps {
  readonly engine: SchedulerEngine;
  readonly database: Database;
  readonly direct: () => pg.ClientConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly now: () => Date | null;
  /** False: time is in a test's hand, and nothing works by itself. */
  readonly worker: boolean;
}

/** Registers the queue's claims with the engine, which must not have been started. */
export function composeJobs(jobs: readonly AnyJob[], settings: QueueSettings, deps: Deps): JobParts {
  const { engine, database, direct, ...common } = deps;
  const {
    concurrency,
    concurrencyPerTenant,
    worker = true,
    encryptionKeys = [],
    allowPrivateWebhooks = false,
  } = settings;
  const encryption = createEncryption(encryptionKeys);
  const { enrichmentUrl } = settings;
  const own = ownJobs({ db: database, encryption, ...(enrichmentUrl === undefined ? {} : { enrichmentUrl }) });
  const webhooks = createWebhooks({ db: database, encryption, allowPrivate: allowPrivateWebhooks, clock: deps.clock });
  const all = [...jobs, ...(settings.ownJobs ? own.jobs : []), webhooks.job];
  const queue = createQueue({
    ...common,
    db: database,
    jobs: all,
    listeners: [webhooks.listener],
    watched: webhooks.watched,
    listen: direct,
    life: () => lifeOf(engine),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(concurrencyPerTenant === undefined ? {} : { concurrencyPerTenant }),
    onDead: (job) => engine.emit('job.dead', job),
  });
  webhooks.bind(queue);
  engine.registerHolder(queue.source);
  engine.registerGauge('queue', () => queue.worker.inFlight);
  engine.onStop(async () => {
    await queue.worker.stop();
    await webhooks.close();
  });
  const works = worker && deps.worker && (jobs.length > 0 || settings.ownJobs === true);
  return {
    queue,
    webhooks,
    workspaceKeys: own.keys,
    onStarted: () => (works ? queue.worker.start() : Promise.resolve()),
  };
}

/** Null while this process is no living instance: then nothing is claimed. */
function lifeOf(engine: SchedulerEngine): QueueLife | null {
  const { signal } = engine;
  return signal.aborted ? null : { instanceId: engine.instanceId(), signal };
}
