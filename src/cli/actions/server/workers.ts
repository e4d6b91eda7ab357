// What `punctual worker status` and `punctual worker stop` do. They query the database, because there may be workers without a server.
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { listInstances, type InstanceRow } from '../../../db/engine/queries/instances/instances.js';
import { readQueuePace, type QueuePace } from '../../../db/queue/admin-queries/workers.js';
import type { Db } from '../../../db/database.js';
import { readListWork, type ListWork } from '../../../compose/list-work.js';
import { sleep } from '../../../base/timing/sleep.js';
import { EXIT, failure } from '../../kit/failure.js';
import type { CommonOptions, Io } from '../../io.js';
import { toneOf } from '../../output/paint.js';
import { fields, table, type Column, type Field } from '../../output/table.js';
import { duration, number, plural, relative } from '../../output/words.js';
import { WORKER_TITLE } from './worker-title.js';
import { withDatabase } from './with-database.js';

const CAP = 10_000;
const LOOK_EVERY_MS = 250;

export const workerStatus = (io: Io, _options: CommonOptions): Promise<void> =>
  withDatabase(io.env, async (db) => {
    const [instances, pace] = [await listInstances(db), await readQueuePace(db, CAP)];
    const lists = await readListWork(db);
    const workers = instances.map((one) => ({ ...one, ...(lists && { lists: lists.byInstance[one.id] ?? 0 }) }));
    const value = { workers, queue: pace, ...(lists && { lists: lists.total }) };
    io.show(value, () => statusLines(io, workers, pace, lists?.total ?? null));
  });

/** `lists`: batch lists that it imports; undefined where there are none. */
type Worker = InstanceRow & { readonly lists?: number };

function statusLines(
  { clock, out }: Io,
  instances: readonly Worker[],
  pace: QueuePace,
  lists: ListWork['total'] | null,
): string[] {
  const count = (n: number): string => `${number(n)}${n >= CAP ? '+' : ''}`;
  return [
    ...(instances.length === 0
      ? [out.paint('no server or worker has run within the last hour', 'dim')]
      : table(instances, columns(clock.now(), lists !== null), out)),
    '',
    ...fields(
      [
        ['ended within a minute', count(pace.ended)],
        ['due and waiting', count(pace.waiting)],
        ['oldest waiting', pace.oldest_s === null ? null : duration(pace.oldest_s * 1_000)],
        ...(lists === null ? [] : listFields(lists)),
      ],
      out.paint,
    ),
  ];
}

const LISTS: Column<Worker> = { head: 'LISTS', cell: ({ lists = 0 }) => number(lists), align: 'right' };

const listFields = (lists: ListWork['total']): Field[] => [
  ['lists', `${number(lists.running)} running, ${number(lists.queued)} waiting, ${number(lists.receiving)} uploading`],
  ['oldest list waiting', lists.oldest_queued_s === null ? null : duration(lists.oldest_queued_s * 1_000)],
  ['longest without progress', lists.silent_s === null ? null : duration(lists.silent_s * 1_000)],
  ['lists failed within an hour', lists.failed === 0 ? null : number(lists.failed), 'bad'],
];

const columns = (now: Date, withLists: boolean): readonly Column<Worker>[] => [
  { head: 'HOST', cell: ({ hostname: host }) => host },
  { head: 'PID', cell: ({ pid }) => pid, align: 'right' },
  { head: 'STATE', cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { head: 'JOBS IN HAND', cell: ({ in_flight: inFlight }) => number(inFlight['jobs'] ?? 0), align: 'right' },
  ...(withLists ? [LISTS] : []),
  { head: 'HEARTBEAT', cell: ({ heartbeat_at: at }) => relative(at.toISOString(), now) },
  { head: 'UP', cell: ({ started_at: at }) => relative(at.toISOString(), now) },
  { head: 'VERSION', cell: ({ version }) => version },
];

interface StopOptions extends CommonOptions {
  /** Seconds. */
  readonly timeout?: number;
}

/** Sends SIGTERM to the workers of this machine and waits until they have finished their jobs. */
export const workerStop = (io: Io, pids: readonly string[], { timeout }: StopOptions): Promise<number> =>
  withDatabase(io.env, async (db, config) => {
    const living = (await listInstances(db)).filter(isLiving);
    const here = living.filter(({ hostname: host, pid }) => host === hostname() && isWorker(pid));
    const chosen = pids.length === 0 ? here : here.filter(({ pid }) => pids.includes(String(pid)));
    const elsewhere = living.filter(({ hostname: host }) => host !== hostname());
    if (elsewhere.length > 0) io.out.note(`on other machines, stop them there: ${elsewhere.map(addressOf).join(', ')}`);
    if (chosen.length === 0) {
      throw failure(
        'WRONG_USAGE',
        `no ${pids.length === 0 ? 'worker' : 'such worker'} runs on this machine: punctual worker status`,
      );
    }
    for (const { pid } of chosen) process.kill(pid, 'SIGTERM');
    io.out.note(`${plural(chosen.length, 'worker')} told to stop; running jobs are finished first`);
    const limitMs = (timeout ?? config.scheduler.shutdownGraceS + 60) * 1_000;
    const left = await untilStopped(db, chosen, io.clock.monotonicMs() + limitMs, () => io.clock.monotonicMs());
    io.show({ stopped: chosen.length - left.length, left: left.map(({ pid }) => pid) }, () => [
      left.length === 0
        ? `${plural(chosen.length, 'worker')} stopped`
        : `still there: ${left.map(addressOf).join(', ')}`,
    ]);
    return left.length === 0 ? EXIT.ok : EXIT.failed;
  });

const isLiving = ({ state }: InstanceRow): boolean => state === 'alive' || state === 'draining';
const addressOf = ({ hostname: host, pid }: InstanceRow): string => `${host}:${pid}`;

async function untilStopped(db: Db, chosen: readonly InstanceRow[], endMs: number, nowMs: () => number) {
  const ids = new Set(chosen.map(({ id }) => id));
  for (;;) {
    const left = (await listInstances(db)).filter((instance) => ids.has(instance.id) && isLiving(instance));
    if (left.length === 0 || nowMs() >= endMs) return left;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Checks the title: the pid may belong to another process by now, and servers must not be stopped. */
function isWorker(pid: number): boolean {
  try {
    return commandOf(pid).startsWith(WORKER_TITLE);
  } catch {
    return false;
  }
}

const commandOf = (pid: number): string =>
  process.platform === 'linux'
    ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
