// What a person should look at, in words, each with the page that shows it. Pure.
import type { Status } from '../../state/live.js';
import { link } from '../../state/router.js';
import { count, duration } from '../../time/format.js';

export interface Warning {
  readonly severity: 'warn' | 'bad';
  readonly text: string;
  readonly href: string;
  readonly linkText: string;
}

const BACKLOG_S = 300;
const MANY_FAILED = 1_000;

type Rule = readonly [boolean, Warning['severity'], string, string, string];

const told = (rules: readonly Rule[]): Warning[] =>
  rules.filter(([holds]) => holds).map(([, severity, text, href, linkText]) => ({ severity, text, href, linkText }));

const atLeast = (n: number, capped: boolean, one: string, many?: string): string =>
  `${capped ? 'At least ' : ''}${count(n, one, many)}`;

function ofScheduler({ status, scheduler, processes }: Status): Warning[] {
  const paused = processes.filter(({ paused_until: until }) => until !== null);
  return told([
    [
      status === 'stopped' || !scheduler.running,
      'bad',
      'The scheduler is not running on this instance.',
      link(['instances']),
      'Instances',
    ],
    [status === 'draining', 'warn', 'This instance is shutting down.', link(['instances']), 'Instances'],
    [
      paused.some(({ name }) => name === 'subscriptions'),
      'bad',
      'The process that serves all subscriptions is paused: nobody is served.',
      link(['processes', 'subscriptions']),
      'Resume it',
    ],
  ]);
}

function ofSubscriptions({ subscriptions: s }: Status): Warning[] {
  if (!s) return [];
  const late = duration(s.lag_s * 1_000);
  return told([
    [
      s.lag_s > BACKLOG_S,
      'bad',
      `The oldest due subscription has waited for ${late}.`,
      link(['subscriptions'], { due: true, sort: 'next_run_at' }),
      'What is due',
    ],
    [
      s.suspended > 0,
      'warn',
      `${atLeast(s.suspended, s.suspended_capped, 'subscription is', 'subscriptions are')} suspended after repeated failures and will not run until resumed.`,
      link(['subscriptions'], { status: 'suspended' }),
      'Look at them',
    ],
    [
      s.failed >= MANY_FAILED,
      'warn',
      `${atLeast(s.failed, s.failed_capped, 'subscription waits', 'subscriptions wait')} for a retry.`,
      link(['subscriptions'], { status: 'failed' }),
      'Look at them',
    ],
    [
      s.dead_24h > 0,
      'warn',
      `${atLeast(s.dead_24h, s.dead_24h_capped, 'occurrence', 'occurrences')} failed all attempts in the last 24 hours.`,
      link(['subscriptions'], { sort: '-consecutive_failures' }),
      'Whose they are',
    ],
  ]);
}

function ofQueue({ queue }: Status): Warning[] {
  const dead = queue?.counts.dead ?? 0;
  return told([
    [
      dead > 0,
      'warn',
      `${atLeast(dead, queue?.counts_capped ?? false, 'job', 'jobs')} failed all attempts and ${dead === 1 ? 'waits' : 'wait'} for a decision.`,
      link(['dead']),
      'Dead letters',
    ],
  ]);
}

const ofParts = ({ breakers, modules, row_schedules: rows, instances }: Status): Warning[] => [
  ...breakers
    .filter(({ state }) => state !== 'closed')
    .map(({ name, state }): Warning => ({
      severity: state === 'open' ? 'bad' : 'warn',
      text: `The circuit breaker ${name} is ${state.replace('_', ' ')}: calls to it are held back.`,
      href: link(['instances']),
      linkText: 'Breakers',
    })),
  ...modules
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status, message }): Warning => ({
      severity: status === 'down' ? 'bad' : 'warn',
      text: `Module ${name} is ${status}${message ? `: ${message}` : ''}.`,
      href: link(['instances']),
      linkText: 'Modules',
    })),
  ...rows.flatMap(({ name, lagging, lag_s: lag, suspended }) =>
    told([
      [
        lagging,
        'bad',
        `Row schedule ${name}: the earliest due row has waited for ${duration(lag * 1_000)}.`,
        link(['processes', name]),
        'The process',
      ],
      [
        suspended > 0,
        'warn',
        `Row schedule ${name}: ${count(suspended, 'row is', 'rows are')} suspended.`,
        link(['processes', name]),
        'The process',
      ],
    ]),
  ),
  ...told([
    [
      instances.length > 0 && instances.every(({ state }) => state !== 'alive'),
      'bad',
      'No instance is alive.',
      link(['instances']),
      'Instances',
    ],
  ]),
];

/** The worst first; empty: all is well. */
export const warningsOf = (status: Status): readonly Warning[] =>
  [...ofScheduler(status), ...ofSubscriptions(status), ...ofQueue(status), ...ofParts(status)].sort(
    (a, b) => Number(b.severity === 'bad') - Number(a.severity === 'bad'),
  );
