// Composes the queue: enqueueing, flows, a worker, and administration.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { systemClock, type Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import { systemRandom, type Random } from '../../base/random.js';
import type { TelemetryHolder } from '../../base/telemetry/telemetry.js';
import type { OwnDatabase } from '../../db/database.js';
import type { RetentionTimes } from '../../db/queue/admin-queries/retention.js';
import { createLatencyBook, type LatencyBook } from '../records/latency-book.js';
import { createTenantLimits } from '../work/tenant-limits.js';
import { createCapacity } from './claim/capacity.js';
import { createClaimLedger } from './claim/claim-ledger.js';
import { createCrashGuard } from './run/crash-guard.js';
import { createJobRegistry, type AnyJob } from './define/define-job.js';
import { createEndEffects, type EndListener } from './settle/end-effects.js';
import { createEnqueuer, type EnqueueMany, type EnqueueOne } from './enqueue/enqueue.js';
import type { EnqueueOptions } from './enqueue/new-job-row.js';
import { createExecutor } from './run/executor.js';
import { createFlows, type Flows } from './flows/flows.js';
import { createHousekeeping } from './worker/housekeeping.js';
import { createJobIds } from './define/job-id.js';
import { createJobJournal } from './run/job-journal.js';
import { createJobsAdmin, type JobsAdmin } from './admin/jobs-admin.js';
import { createOperatorJobs, type OperatorJobs } from './admin/operator-jobs.js';
import { createLateOccurrences } from './run/late-occurrences.js';
import { createClaimWatch } from './claim/claim-watch.js';
import { createHand } from './claim/hand.js';
import { createJobAdmission } from './claim/job-admission.js';
import { createLaneBook } from './claim/lane-book.js';
import { createAnnouncer, createQueueListener, tell, type QueueMessage } from './wake/queue-channel.js';
import type { QueueItem } from './define/queue-item.js';
import { createQueueSource, type QueueSource } from './claim/queue-source.js';
import { createRateLimiter } from './claim/rate-limiter.js';
import { createStartTokens } from './claim/start-tokens.js';
import { createUncertainClaims, recoverClaims } from './claim/recover-claims.js';
import { createRunningJobs, JobAborted } from './run/running-jobs.js';
import { createStatsBook } from './settle/stats-book.js';
import { createUserJobs, type UserJobs } from './admin/user-jobs.js';
import { createWakeHub } from './wake/wake-hub.js';
import { createQueueService, type JobWorker, type QueueService } from './worker/queue-service.js';
import { createQueueWorker, type QueueLife } from './worker/worker.js';

export interface QueueOptions {
  readonly db: OwnDatabase;
  readonly jobs: readonly AnyJob[];
  readonly logger: Logger;
  /** The current life of this instance, under which it claims; null while it has none. */
  readonly life: () => QueueLife | null;
  /** Settings of a direct connection for LISTEN; without them the worker polls. */
  readonly listen?: () => pg.ClientConfig;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Stands for the database's clock in tests. */
  readonly now?: () => Date | null;
  /** Jobs that run at once in this process. Default 10. */
  readonly concurrency?: number;
  /** Jobs of one tenant at once in this process. */
  readonly concurrencyPerTenant?: number;
  /** Number of concurrent drains. Default 3. */
  readonly drains?: number;
  /** Maximum number of jobs per claim. Default 500. */
  readonly chunkSize?: number;
  /** Interval of polling for work without a wake-up. Default 5 s. */
  readonly pollMs?: number;
  readonly retention?: Partial<RetentionTimes>;
  /** Traces jobs that are enqueued, claimed, run and settled. Default: no tracing. */
  readonly telemetry?: TelemetryHolder;
  /** The histograms of times. Default: the queue's own. */
  readonly latencies?: LatencyBook;
  /** The database's time at a moment of the monotonic clock. Default: this process's. */
  readonly databaseMs?: (monotonicMs: number) => number;
  readonly listeners?: readonly EndListener[];
  /** True if a listener wants to know of the end of a job. */
  readonly watched?: (item: QueueItem) => boolean;
  readonly onDead?: (job: { jobId: string; type: string; error: string }) => void;
}

/** Jobs, as a host sees them. */
export interface JobQueue {
  readonly enqueue: EnqueueOne;
  readonly enqueueMany: EnqueueMany;
  readonly flows: Flows;
  readonly admin: JobsAdmin & OperatorJobs;
  /** What the application's users may see and do. */
  readonly users: UserJobs;
  readonly worker: JobWorker;
  /** Jobs that may run at once in this process. */
  readonly concurrency: number;
  readonly types: () => readonly AnyJob[];
  /** Due types that this process does not know, at the last look. */
  readonly unknownTypes: () => readonly string[];
  /** For how many milliseconds the worker of this process has tried to claim due work without success; null: no problem. */
  readonly claimStalledMs: () => number | null;
}

/** The same with members that only the scheduler itself may use. */
export interface Queue extends JobQueue {
  readonly source: QueueSource;
  readonly worker: QueueService;
  /** Queues or listeners were changed: every instance reloads them. */
  readonly settingsChanged: () => Promise<void>;
}

export type { EnqueueOptions };

/** Used until the real value is known. */
function ownTime(clock: Clock): (monotonicMs: number) => number {
  const offsetMs = clock.now().getTime() - clock.monotonicMs();
  return (monotonicMs) => monotonicMs + offsetMs;
}

const DAY_S = 86_400;
const RETENTION: RetentionTimes = { completedS: DAY_S, cancelledS: 7 * DAY_S, deadS: 30 * DAY_S };

export function createQueue(options: QueueOptions): Queue {
  const { db, logger, clock = systemClock, random = systemRandom, now = () => null } = options;
  const { concurrency = 10, pollMs = 5_000 } = options;
  const registry = createJobRegistry(options.jobs);
  const ownMark = randomUUID();
  const clockNow = (): Date => now() ?? clock.now();
  const newId = createJobIds(clock);
  const hub = createWakeHub(() => clock.monotonicMs());
  const running = createRunningJobs(clock);
  const capacity = createCapacity({ registry, concurrency });
  const known = (type: string): boolean => registry.has(type);
  const open = (type: string): boolean => !capacity.paused(type);
  const lanes = createLaneBook({ db, clock, now, known, open });
  const { latencies = createLatencyBook(db, logger, now), databaseMs = ownTime(clock) } = options;
  const stats = createStatsBook({ db, clock, logger, latencies, databaseMs });
  const journal = createJobJournal({ db, logger, clock });
  const announcer = createAnnouncer(db, ownMark, logger);
  const effects = createEndEffects({ now, clockNow, newId, logger, listeners: options.listeners ?? [] });
  const ledger = createClaimLedger();
  const uncertain = createUncertainClaims();
  /** Claims of an ended life, while its jobs are still running: they will be rescued. */
  const former = new Set<string>();
  const guard = createCrashGuard({ db, random, logger });
  const tokens = createStartTokens({
    ...{ registry, clock, logger },
    limiter: createRateLimiter(db),
    onPause: (pauseMs) => hub.wakeIn(pauseMs),
  });
  const watch = createClaimWatch(clock);
  const hand = createHand({ capacity, onRoom: () => source.roomMade(), expect: tokens.expect });
  const late = createLateOccurrences({ db, journal, logger });

  const wake = (): void => {
    lanes.stale();
    hub.wake();
  };
  const source: QueueSource = createQueueSource({
    ...{ db, registry, capacity, hand, watch, lanes, ledger, uncertain, tokens, guard },
    ...{ random, logger, now },
    execute: createExecutor({ db, journal, registry, running, guard, late, clock, random, logger }),
    settle: {
      db,
      clock,
      now,
      effects,
      stats,
      watched: options.watched ?? (() => false),
      onDead: options.onDead ?? (() => {}),
      onFreed: wake,
      onDelayed: (delayMs) => hub.wakeIn(delayMs),
    },
    instanceId: () => options.life()?.instanceId ?? null,
    onRoom: () => hub.wakeAll(),
    onFull: () => hub.wake(),
  });
  const opensInMs = (): readonly (number | null)[] => [tokens.opensInMs, capacity.opensInMs];
  const wakeForNew = (types?: readonly string[]): void => {
    lanes.announced();
    if (types === undefined || source.hasRoomFor(types)) return hub.wake();
    for (const ms of opensInMs()) if (ms !== null) hub.wakeIn(ms);
  };
  const jobOf = (type: string): AnyJob | undefined => registry.get(type);
  const { telemetry = { current: null } } = options;
  const enqueueDeps = { db, newId, now, clock, clockNow, announcer, jobOf, telemetry, wake: wakeForNew };
  const enqueuer = createEnqueuer(enqueueDeps);
  const housekeeping = createHousekeeping({
    ...{ db, clock, logger, running, capacity, lanes, stats, now },
    retention: { ...RETENTION, ...options.retention },
    statsDays: 90,
    everyMs: pollMs,
    instanceId: () => options.life()?.instanceId ?? null,
    listeners: options.listeners ?? [],
  });

  const hear = (message: QueueMessage): void => {
    if (message.kind === 'work') return message.from === ownMark ? undefined : wakeForNew(message.types);
    if (message.kind === 'queues') return void housekeeping.readSettings().then(wake, () => {});
    const { jobId, claim } = message;
    const job = running.get(jobId);
    if (job?.item.claimToken === claim) job.abort(new JobAborted('cancelled', 'the job was cancelled'));
    else source.withdraw(jobId, claim);
  };

  const drains = createQueueWorker({
    source,
    hub,
    clock,
    logger,
    life: options.life,
    concurrency,
    drains: options.drains ?? 3,
    telemetry,
    chunkSize: options.chunkSize ?? 500,
    ...(options.concurrencyPerTenant === undefined
      ? {}
      : {
          admission: createJobAdmission({ tenants: createTenantLimits(options.concurrencyPerTenant), capacity, hand }),
        }),
    pollMs,
    onPoll: () => lanes.stale(),
    comingInMs: () => lanes.comingInMs,
    opensInMs,
    lookAgain: () => lanes.stale(),
    recover: async () => {
      const isPresent = ({ item }: { item: QueueItem }): boolean => !former.has(item.claimToken);
      if (running.since(Infinity).some(isPresent)) return;
      if (running.size === 0) guard.reset();
      await recoverClaims(db, ledger, uncertain, former);
    },
    leave: () => {
      const tokens = ledger.tokens();
      tokens.forEach((token) => former.add(token));
      return () => tokens.forEach((token) => former.delete(token));
    },
  });

  const tellAll = async (message: QueueMessage): Promise<void> => {
    hear(message);
    await tell(db, message);
  };

  const listener =
    options.listen === undefined
      ? undefined
      : createQueueListener({
          client: options.listen,
          schema: db.schema,
          logger,
          onMessage: hear,
          onConnected: wake,
          onLost: (backend) => db.leftBehind(backend),
        });

  const admin = createJobsAdmin({
    ...{ db, clock, effects, now },
    prepareListeners: housekeeping.prepareListeners,
    tell: tellAll,
    knownQueues: () => [...new Set([...registry.values()].map((job) => job.queue ?? 'default'))],
  });

  return {
    enqueue: enqueuer.one,
    enqueueMany: enqueuer.many,
    flows: createFlows({ ...enqueueDeps, enqueuer, effects }),
    admin: {
      ...admin,
      ...createOperatorJobs({ db, enqueuer, jobOf, now, wake: wakeForNew, tell: tellAll, get: admin.get }),
    },
    users: createUserJobs(db, admin),
    source,
    concurrency,
    worker: createQueueService({ drains, listener, housekeeping, journal, stats, announcer, running }),
    types: () => [...registry.values()],
    settingsChanged: async () => {
      await housekeeping.readSettings();
      await tell(db, { kind: 'queues' });
    },
    unknownTypes: () => lanes.unknownTypes,
    claimStalledMs: () => (drains.running ? watch.stalledMs : null),
  };
}
