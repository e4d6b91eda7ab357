// Wires the subscriptions: the receiver with its breaker and limit, the source, the processes, and the queries.
import type { Clock } from '../base/clock.js';
import { SchedulerError } from '../base/errors.js';
import type { Random } from '../base/random.js';
import type { TelemetryHolder } from '../base/telemetry/telemetry.js';
import type { Database } from '../db/database.js';
import type { SchedulerEngine } from '../scheduler/index.js';
import { createReceiverControl, type ReceiverControl } from '../scheduler/work/receiver-control.js';
import { createTenantLimits } from '../scheduler/work/tenant-limits.js';
import { createSubscriptionWorker } from '../clients/subscription-worker/subscription-worker.js';
import {
  createMaintenanceProcess,
  createScheduleBook,
  createSubscriptionsApi,
  createSubscriptionSource,
  createSubscriptionsProcess,
  createTimezoneUpdate,
  processByHandler,
  processByWorker,
  type OccurrenceTimes,
  type Processor,
  type SettledEvent,
  type SubscriptionsApi,
  type SubscriptionSource,
} from '../subscriptions/index.js';
import type { SubscriptionOptions } from './options/options.js';
import { updateZones } from './database/zone-updates.js';

export interface SubscriptionParts {
  readonly api: SubscriptionsApi;
  readonly control: ReceiverControl;
  /** Items claimed since start. */
  claimed(): number;
  /** Called once the engine is running. */
  onStarted(): Promise<void>;
  /** Closes the worker's connections. */
  close(): Promise<void>;
}

interface Deps {
  readonly engine: SchedulerEngine;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly now: () => Date | null;
  readonly leaseS: number;
  readonly telemetry: TelemetryHolder;
}

const DEFAULTS = {
  batchSize: 100,
  parallel: 5,
  timeoutMs: 30_000,
  maxResponseBytes: 1_048_576,
  maxAttempts: 5,
  retryBaseS: 60,
  suspendAfter: 5,
  defaultTimezone: 'UTC',
} as const;

/** Registers source and processes with the engine, which must not have been started. Throws INVALID_CONFIG. */
export function composeSubscriptions(options: SubscriptionOptions, deps: Deps): SubscriptionParts {
  const { engine, database, clock, random, now } = deps;
  const settings = { ...DEFAULTS, ...defined(options) };
  const maxParallel = Math.max(settings.maxParallel ?? settings.parallel, settings.parallel);
  const { processor, close } = createProcessor({ ...settings, maxParallel }, deps);
  const schedules = createScheduleBook({ defaultTimezone: settings.defaultTimezone });
  const control = createReceiverControl({
    name: 'subscription-worker',
    parallel: settings.parallel,
    maxParallel,
    clock,
    random,
    onBreakerChange: ({ name, state }) => engine.emit('breaker.changed', { name, state }),
  });
  const counted = countClaims(
    createSubscriptionSource({
      db: database,
      instanceId: () => livingId(engine),
      processor,
      schedules,
      policy: {
        maxAttempts: settings.maxAttempts,
        retryBaseMs: settings.retryBaseS * 1_000,
        suspendAfter: settings.suspendAfter,
      },
      leaseS: deps.leaseS,
      clock,
      random,
      times: timesOf(engine, settings),
      onSettled: (event) => announce(engine, event),
      now,
    }),
  );
  const limits = {
    parallel: control.limit,
    gate: control.breaker,
    chunkSize: settings.batchSize,
    ...(settings.maxParallelPerTenant ? { admission: createTenantLimits(settings.maxParallelPerTenant) } : {}),
  };
  engine.registerProcess(
    createSubscriptionsProcess({
      db: database,
      source: counted.source,
      schedules,
      clock,
      random,
      limits,
      onClaimsInDoubt: (error) => engine.giveUp(error),
      life: () => engine.signal,
      telemetry: deps.telemetry,
      now,
    }),
  );
  const timezones = createTimezoneUpdate({ db: database, schedules, now });
  engine.registerProcess(timezones.process);
  engine.registerProcess(
    createMaintenanceProcess({
      db: database,
      now,
      ...(settings.ledgerDays === undefined ? {} : { retentionDays: settings.ledgerDays }),
    }),
  );
  engine.registerSource(counted.source, { process: 'subscriptions' });
  engine.registerGauge('subscriptions', () => control.limit.inUse);
  const api = createSubscriptionsApi({
    database,
    schedules,
    clock,
    now,
    defaultTimezone: settings.defaultTimezone,
    receiver: settings.workerUrl === undefined ? null : new URL(settings.workerUrl).host,
    onChanged: () => engine.wake('subscriptions'),
  });
  const onStarted = (): Promise<void> => updateZones(engine, timezones);
  return { api, control, claimed: counted.claimed, onStarted, close };
}

function createProcessor(
  options: SubscriptionOptions & { timeoutMs: number; maxResponseBytes: number; maxParallel: number },
  { clock, telemetry }: Pick<Deps, 'clock' | 'telemetry'>,
): { processor: Processor; close: () => Promise<void> } {
  const { workerUrl, workerToken, headers, process, timeoutMs, maxResponseBytes, maxParallel } = options;
  if ((workerUrl === undefined) === (process === undefined)) {
    throw new SchedulerError('INVALID_CONFIG', 'subscriptions need either a workerUrl or a process function');
  }
  if (process) return { processor: processByHandler(process, { timeoutMs, clock }), close: async () => {} };
  const worker = createSubscriptionWorker({
    url: workerUrl as string,
    ...(workerToken ? { token: workerToken } : {}),
    ...(headers ? { headers } : {}),
    timeoutMs,
    maxResponseBytes,
    maxConnections: maxParallel,
    clock,
    telemetry,
  });
  return { processor: processByWorker(worker), close: () => worker.close() };
}

function timesOf({ timing: { book } }: SchedulerEngine, { workerUrl }: SubscriptionOptions): OccurrenceTimes {
  const process = book.of('process', 'subscriptions');
  return workerUrl === undefined ? { process } : { process, receiver: book.of('receiver', new URL(workerUrl).host) };
}

/** Null while this process is not a living instance: then nothing is claimed. */
function livingId(engine: SchedulerEngine): string | null {
  return engine.signal.aborted ? null : engine.instanceId();
}

function announce(engine: SchedulerEngine, event: SettledEvent): void {
  const { subscriptionId, scheduledFor, attempts, error } = event;
  const occurrence = { subscriptionId, scheduledFor, attempts, error };
  if (event.kind === 'completed') engine.emit('occurrence.completed', occurrence);
  if (event.kind === 'dead') engine.emit('occurrence.dead', occurrence);
  if (event.suspendedAfter !== null) {
    engine.emit('subscription.suspended', { subscriptionId, deadInARow: event.suspendedAfter });
  }
}

function countClaims(source: SubscriptionSource): { source: SubscriptionSource; claimed: () => number } {
  let claimed = 0;
  const counting: SubscriptionSource = {
    ...source,
    forRun: (scope) => {
      const run = source.forRun(scope);
      const claim: typeof run.claim = async (request) => {
        const result = await run.claim(request);
        claimed += result.items.length;
        return result;
      };
      return { ...run, claim };
    },
  };
  return { source: counting, claimed: () => claimed };
}

/** Without options that are undefined, so that they do not override defaults. */
const defined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
