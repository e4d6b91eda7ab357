// The state at a glance, as lines.
import type { StatusAnswer } from '../../api/answers.js';
import type { Io } from '../../io.js';
import { toneOf } from '../../output/paint.js';
import { fields, table, type Column, type Field } from '../../output/table.js';
import { duration, number, printable, relative } from '../../output/words.js';
import { processColumns } from './processes.js';
import { countsInWords } from './run-lines.js';

type Instance = StatusAnswer['instances'][number];

export function statusLines(io: Io, status: StatusAnswer): string[] {
  const { paint } = io.out;
  const now = io.clock.now();
  const title = (text: string): string[] => ['', paint(text, 'bold')];
  const living = status.instances.filter(({ state }) => state === 'alive' || state === 'draining');
  return [
    ...fields(overview(status), paint),
    ...(status.warnings.length === 0
      ? []
      : [...title('warnings'), ...status.warnings.map((one) => warningLine(io, one))]),
    ...title('instances'),
    ...table(living, instanceColumns(now), io.out),
    ...title('processes'),
    ...table(status.processes, processColumns(now), io.out),
    ...(status.modules.length === 0 ? [] : [...title('modules'), ...status.modules.map((one) => moduleLine(io, one))]),
  ];
}

function overview({ status, scheduler, subscriptions, queue, breakers, versions }: StatusAnswer): Field[] {
  return [
    ['status', status, toneOf(status)],
    ['uptime', duration(scheduler.uptime_s * 1_000)],
    ['subscriptions', subscriptions && subscriptionsInWords(subscriptions)],
    ['lag', subscriptions && subscriptions.lag_s >= 1 ? duration(subscriptions.lag_s * 1_000) : null, 'warn'],
    ['jobs', queue && (countsInWords(queue.counts) || 'none')],
    ...breakers
      .filter(({ state }) => state !== 'closed')
      .map(({ name, state }): Field => ['breaker', `${name} is ${state}`, toneOf(state)]),
    [
      'versions',
      `punctual ${versions.punctual}, node ${versions.node}, postgres ${versions.postgres}, tz ${versions.tz}`,
    ],
  ];
}

function subscriptionsInWords(counts: NonNullable<StatusAnswer['subscriptions']>): string {
  const count = (n: number, capped: boolean): string => `${number(n)}${capped ? '+' : ''}`;
  return [
    `${count(counts.due, counts.due_capped)} due`,
    `${number(counts.processing)} processing`,
    `${count(counts.failed, counts.failed_capped)} waiting for a retry`,
    `${count(counts.suspended, counts.suspended_capped)} suspended`,
    `${count(counts.dead_24h, counts.dead_24h_capped)} dead within 24 h`,
  ].join(', ');
}

const instanceColumns = (now: Date): readonly Column<Instance>[] => [
  { head: 'HOST', cell: ({ hostname, pid, self }) => `${hostname}:${pid}${self ? ' *' : ''}` },
  { head: 'STATE', cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { head: 'HEARTBEAT', cell: ({ heartbeat_at: at }) => relative(at, now) },
  { head: 'IN HAND', cell: ({ in_flight: inFlight }) => countsInWords(inFlight) || 'nothing' },
  { head: 'VERSION', cell: ({ version }) => version },
];

const WARNING_TONES = { bad: 'bad', warn: 'warn', note: 'dim' } as const;

const warningLine = ({ out: { paint } }: Io, { severity, text }: StatusAnswer['warnings'][number]): string =>
  paint(printable(text), WARNING_TONES[severity]);

function moduleLine({ out: { paint } }: Io, { name, status, message }: StatusAnswer['modules'][number]): string {
  return `${name}  ${paint(status, toneOf(status))}${message === undefined ? '' : `  ${printable(message)}`}`;
}
