// Wires the job queue and the modules: enqueueing and administration always, a worker if jobs are defined and it is enabled.
import type pg from 'pg';
import type { Clock } from '../base/clock.js';
import { createEncryption } from '../base/secrets/encryption.js';
import type { Logger } from '../base/logger.js';
import type { TelemetryHolder } from '../base/telemetry/telemetry.js';
import type { Random } from '../base/random.js';
import type { OwnDatabase } from '../db/database.js';
import type { SchedulerEngine } from '../scheduler/index.js';
import { createModules, type AnyModule, type Modules } from '../scheduler/modules/index.js';
import { createQueue, type AnyJob, type JobEndListener, type Queue, type QueueLife } from '../scheduler/queue/index.js';
import { createRowSchedules, type AnyRowSchedule, type RowParts } from '../scheduler/rows/index.js';
import { createWorkspaceKeys, type WorkspaceKeys } from '../scheduler/secrets/workspace-keys.js';
import { createHosts, type Hosts } from './module-hosts.js';
import type { QueueSettings } from './options/options.js';

export interface JobParts {
  readonly queue: Queue;
  readonly modules: Modules;
  readonly workspaceKeys: WorkspaceKeys;
  readonly rows: RowParts;
  /** Starts the modules and then the worker, once the engine is running. Starts nothing more when the signal aborts. */
  onStarted(stopping: AbortSignal): Promise<void>;
}

interface Deps {
  readonly engine: SchedulerEngine;
  readonly database: OwnDatabase;
  readonly direct: () => pg.ClientConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly now: () => Date | null;
  readonly telemetry: TelemetryHolder;
  /** False: a test sets the time, and nothing runs by itself. */
  readonly worker: boolean;
}

interface Wanted {
  readonly jobs: readonly AnyJob[];
  readonly modules: readonly AnyModule[];
  readonly rows: readonly AnyRowSchedule[];
  readonly settings: QueueSettings;
}

/** How long the ledger of row schedules is kept. */
const LEDGER_DAYS = 400;

/** Registers claims and processes with the engine, which must not have been started. */
export function composeJobs({ jobs, modules: definitions, rows: ownRows, settings }: Wanted, deps: Deps): JobParts {
  const { engine, database, direct, ...common } = deps;
  const { concurrency, concurrencyPerTenant, worker = true, encryptionKeys = [] } = settings;
  const encryption = createEncryption(encryptionKeys);
  const workspaceKeys = createWorkspaceKeys(database, encryption, engine.audit);
  const hosts = createHosts({ ...deps, secrets: { ...encryption, keys: workspaceKeys } });
  const modules = createModules(definitions, hosts.hostFor, hosts.bindServices);
  const rows = composeRows(ownRows, modules, hosts, deps);
  const listeners = [...modules.jobEnds, rows.jobEnds];
  const allJobs = [...jobs, ...modules.jobs, ...rows.jobs];
  const queue = createQueue({
    ...common,
    db: database,
    jobs: allJobs,
    listeners,
    watched: watchedBy(listeners),
    listen: direct,
    life: () => lifeOf(engine),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(concurrencyPerTenant === undefined ? {} : { concurrencyPerTenant }),
    latencies: engine.timing.book,
    databaseMs: engine.timing.databaseMs,
    onDead: (job) => engine.emit('job.dead', job),
  });
  hosts.bind(queue);
  engine.registerHolder(queue.source);
  engine.registerGauge('queue', () => queue.worker.inFlight);
  engine.registerRetention(modules.retention);
  modules.processes.forEach((process) => engine.registerProcess(process));
  engine.onStop(async () => {
    await queue.worker.stop();
    await modules.stop();
  });
  const onStarted = async (stopping: AbortSignal): Promise<void> => {
    await modules.start();
    stopping.throwIfAborted();
    if (!deps.worker || allJobs.length === 0) return;
    await (worker ? queue.worker.start() : queue.worker.startHousekeeping());
  };
  return { queue, modules, workspaceKeys, rows, onStarted };
}

/** Those of the host, and those of modules with the context of their handlers. */
function composeRows(own: readonly AnyRowSchedule[], modules: Modules, hosts: Hosts, deps: Deps): RowParts {
  const { engine, database: db, clock, random, now } = deps;
  const host = hosts.hostFor({ name: 'rows' });
  const times = (process: string) => engine.timing.book.of('process', process);
  const owned = [...own.map((definition) => ({ definition, host, state: undefined })), ...modules.rows];
  const rows = createRowSchedules(owned, { db, clock, random, now, wake: (source) => engine.wake(source), times });
  if (owned.length === 0) return rows;
  rows.processes.forEach((process) => engine.registerProcess(process));
  rows.sources.forEach((source) => engine.registerSource(source, { process: source.name }));
  engine.registerProcess(rows.zones.process);
  engine.registerRetention([{ table: 'row_runs', column: 'finished_at', keepDays: LEDGER_DAYS }]);
  return rows;
}

/** Called for each completed job; returns false at once without a listener. */
function watchedBy(listeners: readonly JobEndListener[]) {
  return ({ type, extras }: { type: string; extras: { workspace_id: string | null } }): boolean =>
    listeners.some((listener) => listener.watches({ type, workspaceId: extras.workspace_id }));
}

/** Null while this process is not a living instance: then nothing is claimed. */
function lifeOf(engine: SchedulerEngine): QueueLife | null {
  const { signal } = engine;
  return signal.aborted ? null : { instanceId: engine.instanceId(), signal };
}
