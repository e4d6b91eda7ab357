// What a person should look at, in words. Pure.
import type { ModuleHealth } from '../../scheduler/modules/index.js';
import type { QueueStats } from '../../scheduler/queue/index.js';
import type { RowScheduleStatus } from '../../scheduler/rows/index.js';
import type { SubscriptionsStatus } from '../scheduler-port.js';

export const NOT_ISOLATED =
  'the database role punctual_user is missing or cannot be entered: the jobs of users are kept apart by queries alone';

const BACKLOG_S = 300;
const MANY_FAILED = 1_000;
/** Of one kind, counting stops there. */
const MANY_WAITING = 10_000;
/** Fewer attempts in an hour say nothing about a rate. */
const ENOUGH_ATTEMPTS = 20;
const HIGH_FAILURE_RATE = 0.5;

const said = (warnings: readonly (readonly [boolean, string])[]): string[] =>
  warnings.filter(([holds]) => holds).map(([, text]) => text);

export const breakerWarnings = (breakers: readonly { name: string; state: string }[]): string[] =>
  breakers.filter(({ state }) => state === 'open').map(({ name }) => `circuit breaker ${name} is open`);

/** Modules that do not do their work, or not all of it. */
export const moduleWarnings = (parts: readonly ModuleHealth[]): string[] =>
  parts
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status, message }) => `module ${name} is ${status}${message === undefined ? '' : `: ${message}`}`);

/** Row schedules that fall behind, and rows that wait for a person. */
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

/** Longer than any claim takes that gets its turn. */
const STALLED_MS = 15_000;

/** A worker that cannot claim: somebody holds a lock, or the claim fails again and again. */
export const claimWarnings = (stalledMs: number | null): string[] =>
  said([
    [
      stalledMs !== null && stalledMs > STALLED_MS,
      `the queue has not claimed for ${Math.round((stalledMs ?? 0) / 1_000)} s although work is due`,
    ],
  ]);

/** What waits, and how the attempts of the last hour went. */
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
