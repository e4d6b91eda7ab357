// A scheduler in memory, for tests of what happens before it is asked: parsing, authentication, errors. It answers fixed things
// and remembers what it was asked.
import { EventEmitter } from 'node:events';
import { SchedulerError } from '../../src/base/errors.js';
import type { AdminScheduler, Run } from '../../src/routes/scheduler-port.js';
import type { ProcessStatus, RunEvent, SchedulerEvents, StartedRun } from '../../src/scheduler/contracts/scheduler.js';
import type { RowHistoryEntry, RowScheduleStatus } from '../../src/scheduler/rows/index.js';
import type { Subscription, SubscriptionsApi } from '../../src/subscriptions/api/subscriptions-api.js';

const GAUGES = {
  ...{ eventLoopP99Ms: 1.5, rssBytes: 3, heapUsedBytes: 1, heapLimitBytes: 2 },
  ...{ poolTotal: 4, poolIdle: 3, poolWaiting: 0, poolWaitingS: 0, claimsPerMin: 60, restarts24h: 1 },
};

export const RUN_ID = '0b0b7a52-6f5e-4b0e-9d27-3f1c2a4b5c6d';
export const SUBSCRIPTION_ID = '7d9f2c1e-1111-4222-8333-444455556666';
const AT = new Date('2026-03-01T08:00:00Z');

export const finishedRun: Run = {
  id: RUN_ID,
  process: 'subscriptions',
  slot: null,
  trigger: 'manual',
  triggeredBy: 'ops',
  instanceId: 'i',
  status: 'completed',
  startedAt: AT,
  finishedAt: new Date(AT.getTime() + 1_500),
  counts: { processed: 3, successful: 2, failed: 1, skipped: 0, dead: 1, retried: 0, lost: 0 },
  progress: { done: 3, total: 3, note: null },
  error: null,
  stoppedEarly: false,
  errors: [{ id: SUBSCRIPTION_ID, code: 'HTTP_422', message: 'no', at: AT.toISOString() }],
  errorGroups: { HTTP_422: 1 },
  input: null,
  parentId: null,
};

const processStatus: ProcessStatus = {
  name: 'subscriptions',
  description: null,
  schedule: null,
  scheduleOverridden: false,
  enabled: true,
  pausedUntil: null,
  exclusive: false,
  budgetS: 300,
  nextRunAt: null,
  lastRun: finishedRun,
  running: [],
  batch: false,
  missing: [],
};

const subscription: Subscription = {
  id: SUBSCRIPTION_ID,
  userId: 'u1',
  tenantId: null,
  active: true,
  schedule: { frequency: 'daily' },
  pausedUntil: null,
  status: 'pending',
  nextRunAt: AT,
  lastRunAt: null,
  scheduledFor: null,
  attempt: 0,
  consecutiveFailures: 0,
  error: null,
  metadata: {},
  createdAt: AT,
  updatedAt: AT,
};

export interface FakeScheduler extends AdminScheduler {
  /** Method and arguments of every call, in order. */
  readonly calls: [method: string, ...args: unknown[]][];
  /** What `begin` answers, or throws. */
  started: () => StartedRun;
  emit<E extends keyof SchedulerEvents>(event: E, ...args: Parameters<SchedulerEvents[E]>): void;
  /** What `runs.watch` yields. */
  watched: AsyncIterable<RunEvent>;
}

const oneEvent = async function* (): AsyncGenerator<RunEvent> {
  yield { type: 'progress', run: { ...finishedRun, status: 'running' } };
  yield { type: 'finished', run: finishedRun };
};

const entry = {
  id: '1',
  at: AT,
  actor: 'ops',
  action: 'run.cancel',
  target: RUN_ID,
  ip: null,
  requestId: null,
  details: {},
};

const rowSchedule: RowScheduleStatus = {
  ...{ name: 'reminders', table: 'invoice_reminders', due: 3, unplanned: 0, suspended: 0, lagS: 1.5, lagging: false },
  nextDueAt: AT,
  ended: { completed: 1, skipped: 0, retried: 0, dead: 0, suspended: 1 },
};

const rowEntry: RowHistoryEntry = {
  ...{ key: '7', outcome: 'coalesced', occurrences: 2, attempts: 1, reason: 'misfire', runId: RUN_ID },
  ...{ scheduledFor: AT, lastScheduledFor: AT, dueAt: AT, finishedAt: AT },
};

export function createFakeScheduler(): FakeScheduler {
  const events = new EventEmitter();
  const calls: FakeScheduler['calls'] = [];
  const recorded =
    <A extends unknown[], R>(name: string, answer: (...args: A) => R) =>
    async (...args: A): Promise<R> => {
      calls.push([name, ...args]);
      return answer(...args);
    };
  const run = (id: string): Run => {
    if (id !== RUN_ID) throw new SchedulerError('RUN_NOT_FOUND', `there is no run ${id}`);
    return finishedRun;
  };
  const page = <T>(item: T) => ({ items: [item], nextCursor: 'next' });
  const bulk = { matched: 5, changed: 0, dryRun: true };
  const subscriptions = {
    create: recorded('subscriptions.create', () => subscription),
    get: recorded('subscriptions.get', () => subscription),
    update: recorded('subscriptions.update', () => subscription),
    pause: recorded('subscriptions.pause', () => subscription),
    resume: recorded('subscriptions.resume', () => subscription),
    pauseMany: recorded('subscriptions.pauseMany', () => bulk),
    resumeMany: recorded('subscriptions.resumeMany', () => bulk),
    list: recorded('subscriptions.list', () => page(subscription)),
    sorts: recorded('subscriptions.sorts', () => ['next_run_at' as const, 'user_id' as const]),
    ledger: recorded('subscriptions.ledger', () => ({ items: [], nextCursor: null })),
    timeline: recorded('subscriptions.timeline', () => ({
      ...{ zone: 'UTC', past: [], clockChanges: [{ atMs: AT.getTime(), jumpMinutes: 60 }], truncated: false },
      next: [{ at: AT, dueAt: AT, local: '2026-03-01T08:00:00', utcOffset: '+00:00', notes: [], paused: false }],
    })),
    why: recorded('subscriptions.why', () => ({
      ...{ asOf: AT, zone: 'UTC' },
      reasons: [{ code: 'next_run', tone: 'waiting' as const, text: 'It runs next.', hint: null, at: AT }],
    })),
    forecast: recorded('subscriptions.forecast', () => [{ at: AT, occurrences: 7, estimated: false }]),
    status: recorded('subscriptions.status', () => ({
      due: 10_000,
      dueCapped: true,
      processing: 5,
      failed: 1,
      failedCapped: false,
      suspended: 0,
      suspendedCapped: false,
      dead24h: 2,
      dead24hCapped: false,
      nextDueAt: AT,
      oldestDueAt: null,
      lagS: 12.5,
      asOf: AT,
      irregular: {},
    })),
  } satisfies SubscriptionsApi;
  const fake: FakeScheduler = {
    calls,
    started: () => ({ id: RUN_ID, repeated: false, finished: Promise.resolve(finishedRun) }),
    watched: oneEvent(),
    emit: (event, ...args) => void events.emit(event, ...args),
    start: recorded('start', () => {}),
    stop: recorded('stop', () => {}),
    trigger: recorded('trigger', () => finishedRun),
    begin: recorded('begin', () => fake.started()),
    processes: {
      list: recorded('processes.list', () => [processStatus]),
      get: recorded('processes.get', () => processStatus),
      update: recorded('processes.update', () => processStatus),
      definitions: () => [],
    },
    batch: {
      names: () => ['upkeep'],
      begin: recorded('batch.begin', () => ({
        id: RUN_ID,
        finished: Promise.resolve({ run: finishedRun, results: {} }),
      })),
    },
    runs: {
      list: recorded('runs.list', () => page(finishedRun)),
      get: recorded('runs.get', run),
      cancel: recorded('runs.cancel', run),
      watch: () => fake.watched,
    },
    audit: {
      list: recorded('audit.list', () => ({
        items: [entry],
        nextCursor: null,
      })),
      get: recorded('audit.get', () => entry),
      record: recorded('audit.record', () => {}),
    },
    stats: recorded('stats', () => [
      {
        day: '2026-03-01',
        name: 'subscriptions',
        runs: 1,
        successful: 2,
        failed: 1,
        skipped: 0,
        dead: 1,
        durationMs: 1_500,
        ...{ lateness: null, wait: { p50Ms: 1.1, p95Ms: 20, p99Ms: 300 }, duration: null },
      },
    ]),
    latencies: {
      list: recorded('latencies.list', () => [
        {
          ...{ subject: 'receiver' as const, name: 'worker.example', measure: 'duration' as const, count: 3 },
          percentiles: { p50Ms: 1, p95Ms: 1.8, p99Ms: 1.8 },
          bins: [
            { limitMs: 1, count: 2 },
            { limitMs: 2, count: 1 },
          ],
        },
      ]),
      totals: () => [
        {
          subject: 'process' as const,
          name: 'subscriptions',
          measure: 'duration' as const,
          bins: [2, 0, 0, 0, 1],
          sumMs: 1_500,
        },
        { subject: 'job' as const, name: 'mail', measure: 'wait' as const, bins: [1], sumMs: 0.5 },
      ],
    },
    status: recorded('status', () => ({
      running: true,
      draining: false,
      tick: '*/10 * * * * *',
      instanceId: 'i',
      uptimeS: 5,
      instances: [
        {
          id: 'i',
          hostname: 'h',
          pid: 1,
          version: '0.1.0',
          state: 'alive' as const,
          startedAt: AT,
          heartbeatAt: AT,
          heartbeatAgeS: 1,
          inFlight: { subscriptions: 2 },
          gauges: GAUGES,
          self: true,
        },
      ],
      processes: [processStatus],
      versions: { punctual: '0.1.0', node: 'v20', postgres: '15', tz: '2026a' },
    })),
    ready: () => true,
    on: (event, listener) => void events.on(event, listener),
    off: (event, listener) => void events.off(event, listener),
    subscriptions,
    rows: {
      list: recorded('rows.list', () => [rowSchedule]),
      get: recorded('rows.get', () => rowSchedule),
      suspended: recorded('rows.suspended', () => [{ key: '7', error: 'unknown time zone' }]),
      history: recorded('rows.history', () => page(rowEntry)),
      wake: () => {},
    },
    search: recorded('search', () => [{ kind: 'tenant' as const, id: 'a/b&c', title: 'a/b&c', detail: 'tenant' }]),
    breakers: () => [{ name: 'subscription-worker', state: 'open', changedAt: AT, openings: 1, probeInMs: 1_000 }],
    concurrency: () => [{ source: 'subscriptions', inFlight: 3, limit: 4, maxLimit: 8, claimed: 99 }],
    pool: () => ({ total: 10, idle: 7, waiting: 2 }),
  };
  return fake;
}
