// Gauges that are read at each scrape: lag, counts, items in flight, limits, breakers, pool, instances.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { InstanceGauges } from '../../scheduler/contracts/scheduler.js';
import type { RowScheduleStatus } from '../../scheduler/rows/index.js';
import { addLatencyHistograms } from './metrics-latency.js';
import type { AdminScheduler, SubscriptionsStatus } from '../scheduler-port.js';

const BREAKER_STATES = ['closed', 'half_open', 'open'] as const;
const POOL_STATES = ['total', 'idle', 'waiting'] as const;

/** Returns a function to be called before each scrape. */
export function addStateGauges(registry: Registry, scheduler: AdminScheduler): () => void {
  const lookAtPool = addPoolGauge(registry, scheduler);
  addEngineGauges(registry, scheduler);
  addInstanceGauges(registry, scheduler);
  addClaimCounter(registry, scheduler);
  addSubscriptionGauges(registry, scheduler);
  addQueueGauges(registry, scheduler);
  addRowGauges(registry, scheduler);
  addLatencyHistograms(registry, scheduler);
  return lookAtPool;
}

type Reading<L extends string> = readonly [labels: Partial<Record<L, string>>, value: number];

/** A gauge that is set at each scrape; labels that no longer exist or could not be read disappear. */
function gauge<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  read: () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>,
): void {
  const metric: Gauge<L> = new Gauge({
    name: `punctual_${name}`,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      metric.reset();
      if (labelNames.length === 0) metric.remove(); // reset would set it to 0, which would be wrong
      const readings = await Promise.resolve()
        .then(read)
        .catch(() => []);
      for (const [labels, value] of readings) metric.set(labels as Record<L, string>, value);
    },
  });
}

/** The scheduler counts claims itself; they are only exported here. */
function addClaimCounter(registry: Registry, scheduler: Pick<AdminScheduler, 'concurrency'>): void {
  const metric: Counter<'source'> = new Counter({
    name: 'punctual_claimed_total',
    help: 'Items claimed by this instance',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      metric.reset();
      for (const { source, claimed } of scheduler.concurrency()) metric.inc({ source }, claimed);
    },
  });
}

function addEngineGauges(registry: Registry, scheduler: AdminScheduler): void {
  gauge(registry, 'up', '1 while the scheduler is running', [], () => [[{}, Number(scheduler.ready())]]);
  gauge(registry, 'instances', 'Instances by state', ['state'], async () => {
    const { instances } = await scheduler.status();
    const states = [...new Set(instances.map(({ state }) => state))];
    return states.map((state) => [{ state }, instances.filter((instance) => instance.state === state).length]);
  });
  gauge(
    registry,
    'in_flight',
    'Slots in use on this instance (jobs with slots of their own are not counted)',
    ['source'],
    () => scheduler.concurrency().map(({ source, inFlight }) => [{ source }, inFlight]),
  );
  gauge(registry, 'concurrency_limit', 'Current limit of items at once', ['source'], () =>
    scheduler.concurrency().map(({ source, limit }) => [{ source }, limit]),
  );
  gauge(registry, 'breaker_state', '1 for the current state of a circuit breaker', ['name', 'state'], () =>
    scheduler
      .breakers()
      .flatMap(({ name, state: now }) =>
        BREAKER_STATES.map((state) => [{ name, state }, Number(state === now)] as const),
      ),
  );
}

type InstanceReading = readonly [name: string, help: string, read: (gauges: InstanceGauges) => number];

const INSTANCE_GAUGES: readonly InstanceReading[] = [
  ['event_loop_lag_p99_seconds', 'Lag of the event loop between two heartbeats', (of) => of.eventLoopP99Ms / 1_000],
  ['rss_bytes', 'Resident memory of this instance', (of) => of.rssBytes],
  ['heap_used_bytes', 'JavaScript heap in use on this instance', (of) => of.heapUsedBytes],
  ['heap_limit_bytes', 'Maximum size of the JavaScript heap', (of) => of.heapLimitBytes],
  ['claims_per_minute', 'Items claimed by this instance over the last minute', (of) => of.claimsPerMin],
  ['restarts_24h', 'Instances of this host name that ended within 24 hours', (of) => of.restarts24h],
];

/** As of the last heartbeat of this instance; its pool is a metric of its own. */
function addInstanceGauges(registry: Registry, scheduler: Pick<AdminScheduler, 'status'>): void {
  const status = shared(() => scheduler.status());
  for (const [name, help, read] of INSTANCE_GAUGES) {
    gauge(registry, `instance_${name}`, help, [], async () => {
      const own = (await status()).instances.find(({ self }) => self)?.gauges;
      return own ? [[{}, read(own)]] : [];
    });
  }
}

/** The pool is read first: the other gauges query the database and would themselves show up as waiting. */
function addPoolGauge(registry: Registry, scheduler: Pick<AdminScheduler, 'pool'>): () => void {
  let pool = scheduler.pool();
  gauge(registry, 'pool_connections', 'Database connections; `waiting` are callers without one', ['state'], () =>
    POOL_STATES.map((state) => [{ state }, pool[state]]),
  );
  return () => void (pool = scheduler.pool());
}

const COUNTS: readonly (readonly [label: string, read: (status: SubscriptionsStatus) => number])[] = [
  ['due', ({ due }) => due],
  ['processing', ({ processing }) => processing],
  ['failed', ({ failed }) => failed],
  ['suspended', ({ suspended }) => suspended],
  ['dead_24h', ({ dead24h }) => dead24h],
];

function addSubscriptionGauges(registry: Registry, { subscriptions }: AdminScheduler): void {
  if (!subscriptions) return;
  const status = shared(() => subscriptions.status());
  gauge(registry, 'subscriptions', 'Subscriptions by state; counting stops at a cap', ['state'], async () => {
    const now = await status();
    return COUNTS.map(([state, read]) => [{ state }, read(now)]);
  });
  gauge(registry, 'lag_seconds', 'How late the oldest due subscription is', [], async () => [
    [{}, (await status()).lagS],
  ]);
}

function addQueueGauges(registry: Registry, { queue }: AdminScheduler): void {
  if (!queue) return;
  gauge(
    registry,
    'jobs',
    'Jobs that have not ended, and dead letters; counting stops at a cap',
    ['type', 'status'],
    async () => (await queue.admin.stats(1)).live.map(({ type, status, n }) => [{ type, status }, n]),
  );
}

function addRowGauges(registry: Registry, { rows }: AdminScheduler): void {
  if (!rows) return;
  const list = shared(() => rows.list());
  const by = (read: (status: RowScheduleStatus) => number) => async () =>
    (await list()).map((status) => [{ schedule: status.name }, read(status)] as const);
  gauge(
    registry,
    'row_schedule_due',
    'Rows that are due; counting stops at a cap',
    ['schedule'],
    by(({ due }) => due),
  );
  gauge(
    registry,
    'row_schedule_suspended',
    'Rows that do not run; counting stops at a cap',
    ['schedule'],
    by(({ suspended }) => suspended),
  );
  gauge(
    registry,
    'row_schedule_lag_seconds',
    'How late the earliest due row is',
    ['schedule'],
    by(({ lagS }) => lagS),
  );
  gauge(
    registry,
    'row_schedule_ended',
    'Occurrences since start on this instance, by outcome',
    ['schedule', 'outcome'],
    async () =>
      (await list()).flatMap(({ name, ended }) =>
        Object.entries(ended).map(([outcome, n]) => [{ schedule: name, outcome }, n] as const),
      ),
  );
}

/** Concurrent callers share one result. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => {
    asked ??= ask().finally(() => {
      asked = null;
    });
    return asked;
  };
}
