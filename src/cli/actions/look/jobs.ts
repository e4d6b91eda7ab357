// What `punctual jobs` and `punctual dead` do: the list, or one job with its log.
import type { JobAnswer, JobLogAnswer, PageAnswer, StatusAnswer } from '../../api/answers.js';
import type { Io } from '../../io.js';
import { toneOf } from '../../output/paint.js';
import { fields, type Column, type Field } from '../../output/table.js';
import { duration, plural, printable, relative, shortTime, timeAndDistance } from '../../output/words.js';
import { list, pageLines, queryOf, type ListOptions } from './listing.js';

export async function jobs(io: Io, id: string | undefined, options: ListOptions): Promise<void> {
  if (id === undefined) return list(io, '/jobs', options, columns(io.clock.now()), 'no jobs');
  const path = `/jobs/${encodeURIComponent(id)}`;
  const api = io.api();
  const [job, logs] = await Promise.all([
    api.get<JobAnswer>(path),
    api.get<PageAnswer<JobLogAnswer>>(`${path}/logs`, { limit: 200 }),
  ]);
  io.show({ ...job, logs: logs.items }, () => [...jobLines(io, job), ...logLines(io, logs)]);
}

/** Dead letters, and how to find the subscriptions that died. */
export async function dead(io: Io, options: ListOptions): Promise<void> {
  const api = io.api();
  const [page, status] = await Promise.all([
    api.get<PageAnswer<JobAnswer>>('/jobs', { ...queryOf(options), status: 'dead' }),
    api.get<StatusAnswer>('/status'),
  ]);
  const { dead_24h = 0, suspended = 0 } = status.subscriptions ?? {};
  io.show({ ...page, subscriptions: { dead_24h, suspended } }, () => [
    ...pageLines(io, page, deadColumns(io.clock.now()), 'no dead jobs'),
    ...(status.subscriptions === null ? [] : ['', ...subscriptionHints(dead_24h, suspended)]),
  ]);
}

const subscriptionHints = (died: number, suspended: number): string[] => [
  `${plural(died, 'occurrence')} of subscriptions died within 24 hours${died ? ': punctual retry subscriptions --since 24h' : ''}`,
  ...(suspended ? [`${plural(suspended, 'subscription')} suspended: punctual subscriptions --status suspended`] : []),
];

const columns = (now: Date): readonly Column<JobAnswer>[] => [
  { head: 'JOB', cell: ({ id }) => id },
  { head: 'TYPE', cell: ({ type }) => type },
  { head: 'STATUS', cell: ({ status }) => status, tone: ({ status }) => toneOf(status) },
  { head: 'RUNS', cell: ({ run_at: at, completed_at: end }) => (end === null ? relative(at, now) : null) },
  { head: 'ATTEMPT', cell: ({ attempt, max_attempts: max }) => `${attempt}/${max}`, align: 'right' },
  { head: 'TOOK', cell: ({ duration_ms: ms }) => (ms === null ? null : duration(ms)), align: 'right' },
  { head: 'CREATED', cell: ({ created_at: at }) => relative(at, now) },
  { head: 'ERROR', cell: ({ error }) => error && `${error.code}: ${error.message}` },
];

const deadColumns = (now: Date): readonly Column<JobAnswer>[] => [
  { head: 'JOB', cell: ({ id }) => id },
  { head: 'TYPE', cell: ({ type }) => type },
  { head: 'ATTEMPTS', cell: ({ attempt }) => attempt, align: 'right' },
  { head: 'DIED', cell: ({ completed_at: at }) => relative(at, now) },
  { head: 'ERROR', cell: ({ error }) => error && `${error.code}: ${error.message}`, tone: () => 'bad' },
];

function jobLines({ clock, out: { paint } }: Io, job: JobAnswer): string[] {
  const now = clock.now();
  const list: Field[] = [
    ['job', job.id],
    ['type', job.type],
    ['queue', job.queue],
    ['status', job.status, toneOf(job.status)],
    ['priority', job.priority],
    ['attempt', `${job.attempt} of ${job.max_attempts}`],
    ['runs at', job.completed_at === null ? timeAndDistance(job.run_at, now) : null],
    ['created', timeAndDistance(job.created_at, now)],
    ['ended', job.completed_at && timeAndDistance(job.completed_at, now)],
    ['took', job.duration_ms === null ? null : duration(job.duration_ms)],
    ['progress', job.progress === null ? null : `${job.progress} ${job.progress_note ?? ''}`],
    ['tenant', job.tenant_id],
    ['workspace', job.workspace_id],
    ['user', job.user_id],
    ['unique key', job.unique_key],
    ['error', job.error && `${job.error.code}: ${job.error.message}`, 'bad'],
    ['payload', JSON.stringify(job.payload)],
    ['result', job.result === null ? null : JSON.stringify(job.result)],
  ];
  return fields(list, paint);
}

function logLines({ out: { paint } }: Io, { items, next_cursor: next }: PageAnswer<JobLogAnswer>): string[] {
  if (items.length === 0) return [];
  const lines = items.map(
    ({ created_at: at, level, message }) =>
      `  ${shortTime(at)}  ${paint(level.padEnd(5), level === 'error' ? 'bad' : level === 'warn' ? 'warn' : 'dim')}  ${printable(message)}`,
  );
  return ['', paint('log', 'dim'), ...lines, ...(next === null ? [] : ['  …'])];
}
