// Health warnings in words. Pure.
import type { ModuleHealth } from '../../scheduler/modules/index.js';
import type { QueueStats } from '../../scheduler/queue/index.js';
import type { RowScheduleStatus } from '../../scheduler/rows/index.js';
import type { SubscriptionsStatus } from '../scheduler-port.js';

export const NOT_ISOLATED =
  'the database role punctual_user is missing or cannot be assumed: users’ jobs are isolated only by the conditions of queries';

const BACKLOG_S = 300;
const MANY_FAILED = 1_000;
/** Counting stops at this number for each kind. */
const MANY_WAITING = 10_000;
/** With fewer attempts in an hour, a rate has no meaning. */
const ENOUGH_ATTEMPTS = 20;
const HIGH_FAILURE_RATE = 0.5;

const said = (warnings: readonly (readonly [boolean, string])[]): string[] =>
  warnings.filter(([holds]) => holds).map(([, text]) => text);

export const breakerWarnings = (breakers: readonly { name: string; state: string }[]): string[] =>
  breakers.filter(({ state }) => state === 'open').map(({ name }) => `circuit breaker ${name} is open`);

/** Modules that are down or degraded. */
export const moduleWarnings = (parts: readonly ModuleHealth[]): string[] =>
  parts
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status, message }) => `module ${name} is ${status}${message === undefined ? '' : `: ${message}`}`);

/** Row schedules that are late, and rows that need an operator. */
export const rowWarnings = (schedules: readonly RowScheduleStatus[]): string[] =>
  schedules.flatMap(({ name, lagging, lagS, suspended }) =>
    said([
      [lagging, `row schedule ${name}: the earliest due row is ${Math.round(lagS)} s late`],
      [suspended > 0, `row schedule ${name}: ${suspended} rows are suspended`],
    ]),
  );

export const subscriptionWarnings = (status: SubscriptionsStatus): string[] =>
  said([
    [status.lagS > BACKLOG_S, `the oldest due subscription is ${Math.round(status.lagS)} s late`],
    [status.dueCapped, `${status.due} subscriptions or more are due`],
    [status.failed >= MANY_FAILED, `${status.failed} subscriptions wait for a retry`],
    [status.suspended > 0, `${status.suspended} subscriptions are suspended`],
  ]);

/** Longer than any claim takes once it gets its turn. */
const STALLED_MS = 15_000;

/** A worker that cannot claim: another session holds a lock, or claims keep failing. */
export const claimWarnings = (stalledMs: number | null): string[] =>
  said([
    [
      stalledMs !== null && stalledMs > STALLED_MS,
      `the queue has not claimed for ${Math.round((stalledMs ?? 0) / 1_000)} s although work is due`,
    ],
  ]);

/** Waiting jobs, and the failure rate of the last hour. */
export function queueWarnings({ types, live }: Pick<QueueStats, 'types' | 'live'>): string[] {
  const waiting = live.filter(({ status }) => status === 'pending').reduce((sum, { n }) => sum + n, 0);
  const failed = types.reduce((sum, { retried, dead }) => sum + retried + dead, 0);
  const attempts = types.reduce((sum, { completed }) => sum + completed, failed);
  const rate = failed / Math.max(1, attempts);
  return said([
    [waiting >= MANY_WAITING, `${waiting} jobs or more wait`],
    [
      attempts >= ENOUGH_ATTEMPTS && rate >= HIGH_FAILURE_RATE,
      `${Math.round(100 * rate)} % of the ${attempts} attempts at jobs of the last hour failed`,
    ],
  ]);
}
