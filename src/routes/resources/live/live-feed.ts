// The data for open dashboards: the state and the runs, queried once per interval whatever the number of clients.
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { AdminScheduler, Run } from '../../scheduler-port.js';
import type { EndCounts } from '../../../scheduler/queue/index.js';
import { runJson } from '../runs/run-json.js';
import { breakersJson, queueJson, subscriptionsJson } from '../status.js';
import { addEnds, endsJson, endsSince, type EndsByType } from './ended-jobs.js';

export interface LiveFeedDeps {
  readonly scheduler: Pick<AdminScheduler, 'subscriptions' | 'queue' | 'runs' | 'breakers' | 'modules' | 'on' | 'off'>;
  readonly logger: Logger;
  /** Milliseconds time between two updates. */
  readonly intervalMs?: number;
}

export interface LiveFeed {
  /** Messages as server-sent events, until the signal aborts. A slow client gets only the newest one of each kind. */
  subscribe(signal: AbortSignal): AsyncGenerator<string>;
}

/** One client: messages that it has not been sent yet, by subject. */
interface Client {
  readonly waiting: Map<string, string>;
  /** Jobs that ended since it was last told of some. */
  ended: EndsByType;
  /** Modules of whose changes it was not told yet. */
  readonly changed: Set<string>;
  wake(): void;
}

const INTERVAL_MS = 2_000;
const NEWEST_RUNS = 20;

/** A new time of counting alone is not a change. */
const withoutTime = ({ as_of: _asOf, ...counts }: ReturnType<typeof subscriptionsJson>) => counts;

/** Shared by callers of all roles, so it must not contain payloads. */
const message = (event: 'status' | 'run' | 'jobs' | 'changed', data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export function createLiveFeed({ scheduler, logger, intervalMs = INTERVAL_MS }: LiveFeedDeps): LiveFeed {
  const clients = new Set<Client>();
  const known = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  /** Null before the first look, which there is nothing to compare with. */
  let counted: readonly EndCounts[] | null = null;

  /** Keeps the message for later clients; current clients receive it if it has changed. */
  const tell = (about: string, text: string): void => {
    if (known.get(about) === text) return;
    known.set(about, text);
    for (const client of clients) {
      client.waiting.set(about, text);
      client.wake();
    }
  };
  const tellChanged = (module: string | undefined): void => {
    if (module === undefined) return;
    for (const client of clients) {
      client.changed.add(module);
      client.wake();
    }
  };
  const changedBy = (run: Run): void => tellChanged(scheduler.modules?.ofProcesses.get(run.process));

  const textOf = (run: Run): string =>
    message(
      'run',
      runJson(run, () => null),
    );
  const tellRun = (run: Run): void => tell(`run:${run.id}`, textOf(run));
  const onRun = (run: Run): void => {
    tellRun(run);
    changedBy(run);
  };

  /** Runs that are no longer among the newest are forgotten. */
  function tellRuns(runs: readonly Run[]): void {
    const newest = new Set(runs.map(({ id }) => `run:${id}`));
    for (const about of known.keys()) if (about !== 'status' && !newest.has(about)) known.delete(about);
    for (const run of [...runs].reverse()) {
      const isNews = counted !== null && known.get(`run:${run.id}`) !== textOf(run);
      tellRun(run);
      if (isNews) changedBy(run);
    }
  }

  function tellEnded(now: readonly EndCounts[]): void {
    const ends = endsSince(counted ?? now, now);
    counted = now;
    if (ends.size === 0) return;
    for (const client of clients) {
      client.ended = addEnds(client.ended, ends);
      client.wake();
    }
    for (const type of ends.keys()) tellChanged(scheduler.modules?.ofJobs.get(type));
  }

  async function look(): Promise<void> {
    const { subscriptions, queue, runs } = scheduler;
    try {
      const [counts, stats, newest, ended] = await Promise.all([
        subscriptions?.status() ?? null,
        queue?.admin.stats(1) ?? null,
        runs.list({ limit: NEWEST_RUNS }),
        queue?.admin.ended() ?? [],
      ]);
      const state = {
        subscriptions: counts && withoutTime(subscriptionsJson(counts)),
        queue: stats && queueJson(stats),
        breakers: breakersJson(scheduler),
      };
      tell('status', message('status', state));
      tellRuns(newest.items);
      tellEnded(ended);
    } catch (error) {
      logger.debug('live updates of open dashboards are interrupted', { error: toError(error) });
    }
  }
  const lookOnce = (): Promise<void> => (looking ??= look().finally(() => (looking = null)));

  function start(): void {
    scheduler.on('run.started', onRun);
    scheduler.on('run.finished', onRun);
    timer = setInterval(() => void lookOnce(), intervalMs);
    timer.unref();
  }

  function stop(): void {
    clearInterval(timer);
    scheduler.off('run.started', onRun);
    scheduler.off('run.finished', onRun);
    known.clear();
    counted = null;
  }

  return {
    async *subscribe(signal) {
      let wake = (): void => {};
      const client: Client = { waiting: new Map(known), ended: new Map(), changed: new Set(), wake: () => wake() };
      clients.add(client);
      if (clients.size === 1) start();
      const onAbort = (): void => wake();
      signal.addEventListener('abort', onAbort);
      try {
        if (client.waiting.size === 0) await lookOnce();
        while (!signal.aborted) {
          const texts = [...client.waiting.values()];
          client.waiting.clear();
          if (client.ended.size > 0) texts.push(message('jobs', endsJson(client.ended)));
          client.ended = new Map();
          if (client.changed.size > 0) texts.push(message('changed', { modules: [...client.changed].sort() }));
          client.changed.clear();
          if (texts.length > 0) yield texts.join('');
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        clients.delete(client);
        if (clients.size === 0) stop();
      }
    },
  };
}
