// The engine: combines instances, processes, sources and runs behind the interface for routes and hosts.
import { SchedulerError, toError } from '../base/errors.js';
import { startTimer } from '../base/timing/long-timer.js';
import { within } from '../base/timing/within.js';
import { serverVersion } from '../db/engine/queries/meta.js';
import type { ProcessDefinition } from './contracts/define-process.js';
import { createBatch } from './batch/index.js';
import type { EngineOptions } from './engine-options.js';
import { createMembership } from './instances/membership.js';
import { createAuditLog } from './records/audit-log.js';
import { declare } from './processes/declare.js';
import { createDispatcher } from './processes/dispatcher.js';
import { createEvents, type Events } from './contracts/events.js';
import { createHistory } from './runs/history.js';
import { startHousekeeping } from './records/housekeeping.js';
import type { RetentionRule } from './contracts/retention-rule.js';
import { abortOf, linkSignals } from '../base/timing/linked-signal.js';
import { createProcesses } from './processes/processes.js';
import { createRegistry } from './runs/registry.js';
import { DRIVE, type Drive } from './contracts/drive.js';
import { createRunner } from './runs/runner.js';
import { createTiming, type Timing } from './runs/timing.js';
import { readDailyStats, readEngineStatus } from './records/status.js';
import { beginByHand } from './runs/trigger.js';
import type { Engine, StartedRun, TriggerOptions } from './contracts/scheduler.js';
import type { ClaimHolder, ScheduledSource } from './contracts/source.js';

/** What sources, other long-lived parts and tests need beyond the public interface. */
export interface SchedulerEngine extends Engine {
  /** Before start only. Throws INVALID_CONFIG for a name that is taken. */
  registerProcess(definition: ProcessDefinition): void;
  /** Before start only. Due work in the source starts the (shared) process. */
  registerSource(source: ScheduledSource, options: { readonly process: string }): void;
  /**
   * Before start only. The instance that finds another one dead releases everything that it held, so claims of kinds that this process does
   * not process must be registered too.
   */
  registerHolder(holder: ClaimHolder): void;
  /** Before start only. Old rows of these tables are deleted. */
  registerRetention(rules: readonly RetentionRule[]): void;
  /** How much this instance is processing, for the heartbeat and the status. */
  registerGauge(name: string, read: () => number): void;
  /** Awaited at a stop, within the grace period, before the instance signs off: for workers that are not runs. */
  onStop(work: () => Promise<void>): void;
  /** The id that claims are made under. Throws NOT_STARTED, LOST_INSTANCE. */
  instanceId(): string;
  /** The signal of the current life: aborts when it is lost and when a stop aborts work. Already aborted while there is no life. */
  readonly signal: AbortSignal;
  /** Aborts when the engine drains: nothing new may be started. */
  readonly closing: AbortSignal;
  readonly emit: Events['emit'];
  /** The histograms of times. */
  readonly timing: Timing;
  /** Ends this life, because there may be claims that nobody processes: they are rescued, and a new life begins. */
  giveUp(reason: Error): void;
  /** Work of this source may be due earlier than was known. */
  wake(source: string): void;
  /** One heartbeat now. */
  beat(): Promise<void>;
  readonly [DRIVE]: Drive;
}

/** How long aborted work may take to finish before its claims are released regardless. */
const UNWIND_MS = 2_000;
/** How long a stop waits for a start in progress, whose connections may not respond. */
const START_LIMIT_MS = 10_000;

type State = 'new' | 'starting' | 'running' | 'stopping' | 'stopped';

/** Needs a migrated database. Nothing runs before `start`. */
export function createEngine(options: EngineOptions): SchedulerEngine {
  const { database, logger, clock, config } = options;
  const now = options.now ?? (() => null);
  const manual = options.now !== undefined;
  const registry = createRegistry();
  const events = createEvents(logger);
  const gauges = new Map<string, () => number>();
  const stopWork: (() => Promise<void>)[] = [];
  const retention: RetentionRule[] = [];
  const draining = new AbortController();
  const forced = new AbortController();
  let state: State = 'new';
  let startedAtMs = 0;
  let postgres = 'unknown';
  let starting: Promise<void> | null = null;
  let stopped: Promise<void> | null = null;
  let life = linkSignals(AbortSignal.abort(new SchedulerError('NOT_STARTED', 'the scheduler is not started')));
  let endHousekeeping = (): void => {};
  const timing = createTiming({ database, logger, clock, now, events, drains: registry.drains });

  const runner = createRunner({
    database,
    logger,
    clock,
    now,
    events,
    registry,
    budgetS: config.budgetS,
    alertS: config.alertS,
    telemetry: options.telemetry ?? { current: null },
    presence: () => membership.current(),
    draining: draining.signal,
    onFinished: (active, run) => {
      if (!draining.signal.aborted) dispatcher.onEnded(active, run);
    },
  });
  const { budgetS, batchCron: cron } = config;
  const batch = createBatch({ database, now, runner, registry, clock, budgetS, cron });
  const dispatcher = createDispatcher({ database, logger, clock, now, registry, runner, tick: config.tick });
  const membership = createMembership({
    ...options,
    heartbeatS: config.heartbeatS,
    leaseS: config.leaseS,
    now,
    holders: () => registry.holders(),
    processes: () => registry.names(),
    inFlight: () => Object.fromEntries([...gauges].map(([name, read]) => [name, read()])),
    onBeat: (answer) => {
      timing.learn(answer.now_ms);
      dispatcher.onBeat(answer);
      if (!config.enabled) lookForForgotten(); // otherwise done with each check for due work
    },
    onJoined: (presence) => {
      life.unlink();
      life = linkSignals(presence.signal, forced.signal);
      if (state === 'running') dispatcher.onMembersChanged();
    },
    onLost: (instanceId, reason) => events.emit('instance.lost', { instanceId, reason: reason.message }),
    onDead: (instanceId, rescued) => {
      events.emit('instance.dead', { instanceId, rescued });
      dispatcher.onMembersChanged();
    },
  });
  const processes = createProcesses({
    database,
    registry,
    now,
    sourceDueAt: (name) => dispatcher.sourceDueAt(name),
    onChanged: (name, active) => dispatcher.onChanged(name, active),
  });

  function lookForForgotten(): void {
    for (const { name, rescueForgotten } of registry.holders()) {
      rescueForgotten?.().catch((error: unknown) =>
        logger.warn('claims without a holder could not be released', { holder: name, error: toError(error) }),
      );
    }
  }

  async function start(): Promise<void> {
    draining.signal.throwIfAborted();
    if (state !== 'new') throw new SchedulerError('INVALID_CONFIG', 'a scheduler can be started only once');
    state = 'starting';
    starting = joinAndDeclare();
    return starting;
  }

  async function joinAndDeclare(): Promise<void> {
    if (batch.names().length > 0) registry.addProcess(batch.process);
    registry.close();
    try {
      await membership.start();
      draining.signal.throwIfAborted();
      registry.learn(
        await declare(database, { definitions: registry.definitions(), budgetS: config.budgetS, now: now() }),
      );
      postgres = await serverVersion(database);
      await membership.beat();
      draining.signal.throwIfAborted();
    } catch (error) {
      await membership.leave();
      state = 'stopped';
      throw error;
    }
    startedAtMs = clock.monotonicMs();
    state = 'running';
    if (manual) return;
    membership.keepBeating();
    const { random } = options;
    const ends = [timing.keepWriting(), startHousekeeping({ database, logger, random, rules: retention })];
    endHousekeeping = () => ends.forEach((end) => end());
    if (config.enabled) dispatcher.start();
  }

  async function drainAndLeave(): Promise<void> {
    state = 'stopping';
    draining.abort(new SchedulerError('STOPPING', 'the instance is draining'));
    endHousekeeping();
    const settled = windDown();
    await Promise.race([settled, abortOf(forced.signal)]);
    if (forced.signal.aborted) {
      logger.warn('grace period is over, running work is aborted', { runs: runner.active().map((run) => run.id) });
      runner.active().forEach((run) => run.force());
      await Promise.race([settled, abortOf(AbortSignal.timeout(UNWIND_MS))]);
    }
    await Promise.all([timing.close(), membership.leave()]);
    state = 'stopped';
    logger.info('scheduler stopped');
  }

  /** Ends what is in progress; all of it may be waiting for a database that does not respond. */
  async function windDown(): Promise<void> {
    const work = Promise.all(stopWork.map((wait) => wait()));
    await dispatcher.stop();
    await membership
      .drain()
      .catch((error: unknown) => logger.warn('drain was not announced', { error: toError(error) }));
    await Promise.all([work, runner.settled()]);
  }

  async function stop({ graceMs = config.shutdownGraceMs }: { graceMs?: number } = {}): Promise<void> {
    if (state === 'new' || state === 'starting') await endStart();
    if (state === 'stopped') return;
    const timer = startTimer(() => forced.abort(new SchedulerError('STOPPING', 'the grace period is over')), graceMs);
    stopped ??= drainAndLeave();
    await stopped.finally(() => timer.stop());
  }

  /** Nothing new is started; a start in progress ends at its next step and leaves nothing behind. */
  async function endStart(): Promise<void> {
    draining.abort(new SchedulerError('STOPPING', 'the scheduler was stopped before it had started'));
    const ended = starting?.catch(() => {}) ?? Promise.resolve();
    await within(START_LIMIT_MS, ended, 'the start').catch(() => membership.leave());
    state = 'stopped';
  }

  async function begin(name: string, trigger: TriggerOptions): Promise<StartedRun> {
    mustRun();
    return beginByHand({ database, registry, runner, now }, name, trigger);
  }

  function mustRun(): void {
    if (state === 'stopping' || state === 'stopped') throw new SchedulerError('STOPPING', 'the scheduler is stopping');
    if (state !== 'running') throw new SchedulerError('NOT_STARTED', 'the scheduler is not started');
  }

  function instanceId(): string {
    const presence = membership.current();
    if (presence) return presence.instanceId;
    if (state === 'new') throw new SchedulerError('NOT_STARTED', 'the scheduler is not started');
    throw new SchedulerError('LOST_INSTANCE', 'this instance has lost its database connection and is rejoining');
  }

  return {
    start,
    stop,
    begin,
    trigger: async (name, trigger) => (await begin(name, trigger)).finished,
    processes,
    batch: {
      names: batch.names,
      begin: (request) => {
        mustRun();
        return batch.begin(request);
      },
    },
    runs: createHistory({ database, events, runner }),
    audit: createAuditLog(database),
    stats: (days) => timing.book.flush().then(() => readDailyStats(database, days, now())),
    latencies: timing.latencies,
    timing,
    status: () =>
      readEngineStatus(database, processes, {
        running: state === 'running',
        draining: state === 'stopping',
        tick: config.tick,
        instanceId: membership.current()?.instanceId ?? null,
        uptimeS: state === 'new' ? 0 : (clock.monotonicMs() - startedAtMs) / 1_000,
        versions: { punctual: options.version, postgres },
      }),
    ready: () => state === 'running' && membership.healthy(),
    on: events.on,
    off: events.off,
    emit: events.emit,
    registerProcess: (definition) => registry.addProcess(definition),
    registerSource: (source, { process }) => registry.addSource(source, process),
    registerHolder: (holder) => registry.addHolder(holder),
    registerRetention: (rules) => void retention.push(...rules),
    registerGauge: (name, read) => void gauges.set(name, read),
    onStop: (wait) => void stopWork.push(wait),
    instanceId,
    get signal() {
      return life.signal;
    },
    closing: draining.signal,
    giveUp: (reason) => membership.current()?.lose(reason),
    wake: (source) => dispatcher.wake(source),
    beat: () => membership.beat(),
    [DRIVE]: {
      runDueOnce: async () => {
        await membership.beat();
        return dispatcher.runDueOnce();
      },
      nextInMs: () => dispatcher.nextInMs(),
    },
  };
}
