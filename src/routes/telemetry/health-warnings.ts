// Health warnings in words. Pure.
import type { ModuleHealth } from '../../scheduler/modules/index.js';
import type { QueueStats } from '../../scheduler/queue/index.js';
import type { RowScheduleStatus } from '../../scheduler/rows/index.js';
import type { EngineStatus, SubscriptionsStatus } from '../scheduler-port.js';
import { instanceWarnings, type NameOf } from './instance-warnings.js';
import { told, worstFirst, type Warning } from './warning.js';

export const NOT_ISOLATED =
  'the database role punctual_user is missing or cannot be assumed: users’ jobs are isolated only by the conditions of queries';

const BACKLOG_S = 300;
const MANY_FAILED = 1_000;
/** Counting stops at this number for each kind. */
const MANY_WAITING = 10_000;
/** With fewer attempts in an hour, a rate has no meaning. */
const ENOUGH_ATTEMPTS = 20;
const HIGH_FAILURE_RATE = 0.5;

export const breakerWarnings = (breakers: readonly { name: string; state: string }[]): Warning[] =>
  breakers.flatMap(({ name, state }) =>
    told([
      [state === 'open', 'bad', `circuit breaker ${name} is open`, 'instances'],
      [state === 'half_open', 'note', `circuit breaker ${name} lets single calls through to try`, 'instances'],
    ]),
  );

/** Modules that are down or degraded. */
export const moduleWarnings = (parts: readonly ModuleHealth[]): Warning[] =>
  parts.flatMap(({ name, status, message }) => {
    const text = `module ${name} is ${status}${message === undefined ? '' : `: ${message}`}`;
    return told([[status !== 'ok', status === 'down' ? 'bad' : 'warn', text, 'instances']]);
  });

/** Row schedules that are late, and rows that need an operator. */
export const rowWarnings = (schedules: readonly RowScheduleStatus[]): Warning[] =>
  schedules.flatMap(({ name, lagging, lagS, suspended }) => {
    const page = `processes/${name}`;
    return told([
      [lagging, 'bad', `row schedule ${name}: the earliest due row is ${Math.round(lagS)} s late`, page],
      [
        suspended > 0,
        'warn',
        `row schedule ${name}: ${suspended} ${plural(suspended, 'row is', 'rows are')} suspended`,
        page,
      ],
    ]);
  });

const atLeast = (n: number, capped: boolean): string => (capped ? `at least ${n}` : String(n));
const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many);

export function subscriptionWarnings(status: SubscriptionsStatus): Warning[] {
  const { failed, suspended, dead24h: dead, due } = status;
  const late = `the oldest due subscription is ${Math.round(status.lagS)} s late`;
  const retry = `${failed} subscriptions wait for a retry`;
  const died = `${atLeast(dead, status.dead24hCapped)} ${plural(dead, 'occurrence', 'occurrences')} failed all attempts in the last 24 hours`;
  return told([
    [status.lagS > BACKLOG_S, 'bad', late, 'subscriptions?due=true&sort=next_run_at'],
    [status.dueCapped, 'warn', `${due} subscriptions or more are due`, 'subscriptions?due=true'],
    [failed >= MANY_FAILED, 'warn', retry, 'subscriptions?status=failed'],
    [
      suspended > 0,
      'warn',
      `${suspended} ${plural(suspended, 'subscription is', 'subscriptions are')} suspended`,
      'subscriptions?status=suspended',
    ],
    [dead > 0, 'note', died, 'runs?process=subscriptions'],
  ]);
}

/** Longer than any claim takes once it gets its turn. */
const STALLED_MS = 15_000;

/** A worker that cannot claim: another session holds a lock, or claims keep failing. */
export function claimWarnings(stalledMs: number | null): Warning[] {
  const text = `the queue has not claimed for ${Math.round((stalledMs ?? 0) / 1_000)} s although work is due`;
  return told([[stalledMs !== null && stalledMs > STALLED_MS, 'bad', text, 'queues']]);
}

const countOf = ({ live }: Pick<QueueStats, 'live'>, wanted: string): number =>
  live.filter(({ status }) => status === wanted).reduce((sum, { n }) => sum + n, 0);

/** Waiting jobs, the failure rate of the last hour, and dead letters. */
export function queueWarnings(stats: Pick<QueueStats, 'types' | 'live' | 'liveCapped'>): Warning[] {
  const { types } = stats;
  const [waiting, dead] = [countOf(stats, 'pending'), countOf(stats, 'dead')];
  const failed = types.reduce((sum, { retried, dead }) => sum + retried + dead, 0);
  const attempts = types.reduce((sum, { completed }) => sum + completed, failed);
  const rate = failed / Math.max(1, attempts);
  const failures = `${Math.round(100 * rate)} % of the ${attempts} attempts at jobs of the last hour failed`;
  return told([
    [waiting >= MANY_WAITING, 'warn', `${waiting} jobs or more wait`, 'jobs?status=pending'],
    [attempts >= ENOUGH_ATTEMPTS && rate >= HIGH_FAILURE_RATE, 'warn', failures, 'queues'],
    [
      dead > 0,
      'note',
      `${atLeast(dead, stats.liveCapped)} dead ${plural(dead, 'letter waits', 'letters wait')} for a decision`,
      'dead',
    ],
  ]);
}

/** What this instance and its processes are doing. */
export function engineWarnings({ running, draining, processes, instances }: EngineStatus): Warning[] {
  const paused = processes.some(({ name, pausedUntil }) => name === 'subscriptions' && pausedUntil !== null);
  const alive = instances.some(({ state }) => state === 'alive' || state === 'draining');
  const serving = 'the process that serves all subscriptions is paused: none of them is served';
  return told([
    [!running, 'bad', 'the scheduler is not running on this instance', 'instances'],
    [draining, 'note', 'this instance is shutting down', 'instances'],
    [paused, 'note', serving, 'processes/subscriptions'],
    [instances.length > 0 && !alive, 'bad', 'no instance is alive', 'instances'],
  ]);
}

export interface Observed {
  readonly engine: EngineStatus | null;
  readonly subscriptions: SubscriptionsStatus | null;
  readonly queue: QueueStats | null;
  readonly claimStalledMs: number | null;
  readonly breakers: readonly { name: string; state: string }[];
  readonly modules: readonly ModuleHealth[];
  readonly rows: readonly RowScheduleStatus[];
}

/** All of them, the worst first: the same for the health check, the status, the CLI and the dashboard. */
export const warningsOf = (seen: Observed, nameOf: NameOf): Warning[] =>
  worstFirst([
    ...breakerWarnings(seen.breakers),
    ...(seen.subscriptions ? subscriptionWarnings(seen.subscriptions) : []),
    ...(seen.queue ? queueWarnings(seen.queue) : []),
    ...claimWarnings(seen.claimStalledMs),
    ...rowWarnings(seen.rows),
    ...moduleWarnings(seen.modules),
    ...(seen.engine ? [...engineWarnings(seen.engine), ...instanceWarnings(seen.engine.instances, nameOf)] : []),
  ]);
