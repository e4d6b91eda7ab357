// One postgres process: started, detected as ready by its log, and stopped without losing data.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { Identity } from './identity.js';
import { startWatchdog } from './watchdog.js';

type Child = ChildProcessByStdio<null, null, Readable>;

export interface ServerOptions {
  readonly postgres: string;
  readonly cluster: string;
  readonly socketDir: string;
  readonly identity: Identity;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly logger: Logger;
  readonly signal: AbortSignal | undefined;
}

export interface ServerProcess {
  readonly pid: number;
  /** Fast shutdown; immediate if that takes longer than 10 s. */
  stop(): Promise<void>;
}

/** The error of an abandoned start. */
export const GIVEN_UP = 'the start of the embedded PostgreSQL was abandoned';

const FAST_MS = 10_000;
const HARSH_MS = 5_000;

function argumentsFor({ cluster, socketDir, settings }: ServerOptions): string[] {
  const all = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    logging_collector: 'off',
    log_destination: 'stderr',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  return ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

function spawnServer(options: ServerOptions): Child {
  return spawn(options.postgres, argumentsFor(options), {
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...options.identity,
  });
}

/** Reads the server's log: when it is ready, and its last lines when it fails. */
function listen(child: Child, logger: Logger): { ready: Promise<'ready'>; lastWords: () => string } {
  const recent: string[] = [];
  const lines = createInterface(child.stderr);
  const ready = new Promise<'ready'>((resolve) => {
    lines.on('line', (line) => {
      recent.push(line);
      if (recent.length > 20) recent.shift();
      if (line.includes('database system is ready to accept connections')) resolve('ready');
      logger.debug('embedded postgres', { line });
    });
  });
  return { ready, lastWords: () => recent.join('\n') };
}

function abortOf(signal: AbortSignal | undefined): Promise<'given up'> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve('given up');
    signal?.addEventListener('abort', () => resolve('given up'), { once: true });
  });
}

/** Resolves with the reason when the process could not even be started. */
function endOf(child: Child): Promise<Error | null> {
  return new Promise((resolve) => {
    child.once('close', () => resolve(null));
    child.once('error', resolve);
  });
}

function within(done: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void done.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

async function shutDown(child: Child, ended: Promise<unknown>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  hold(child, true);
  for (const [signal, ms] of [
    ['SIGINT', FAST_MS],
    ['SIGQUIT', HARSH_MS],
  ] as const) {
    child.kill(signal);
    if (await within(ended, ms)) return;
  }
  child.kill('SIGKILL');
  await ended;
}

/** A running server must not keep this process alive; one that is being stopped must. */
function hold(child: Child, held: boolean): void {
  const stderr = child.stderr as unknown as { ref(): void; unref(): void };
  for (const handle of [child, stderr]) {
    if (held) handle.ref();
    else handle.unref();
  }
}

function spawnWatched(options: ServerOptions): { child: Child; ended: Promise<Error | null> } {
  const watchdog = startWatchdog(options.socketDir);
  const child = spawnServer(options);
  if (child.pid !== undefined) watchdog.watch(child.pid);
  const ended = endOf(child);
  void ended.then(() => watchdog.dismiss());
  return { child, ended };
}

/** Resolves when the server accepts connections. Throws EMBEDDED_DATABASE with its last lines if it ends before that. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { logger, signal, cluster } = options;
  const { child, ended } = spawnWatched(options);
  const { ready, lastWords } = listen(child, logger);
  const outcome = await Promise.race([ready, abortOf(signal), ended]);
  if (outcome !== 'ready') {
    await shutDown(child, ended);
    const message =
      outcome === 'given up' ? GIVEN_UP : `the embedded PostgreSQL did not start: ${outcome?.message ?? lastWords()}`;
    throw new SchedulerError('EMBEDDED_DATABASE', message, { cluster });
  }
  let stopping = false;
  void ended.then(() => {
    if (!stopping) logger.error('embedded postgres exited unexpectedly', { pid: child.pid, last_words: lastWords() });
  });
  hold(child, false);
  const stop = (): Promise<void> => {
    stopping = true;
    return shutDown(child, ended);
  };
  return { pid: child.pid as number, stop };
}
