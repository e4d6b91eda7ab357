// One postgres process: started, known to be ready by its own words, stopped without losing anything.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
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
  /** Fast shutdown; harsher when that takes longer than 10 s. */
  stop(): Promise<void>;
}

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

/** Keeps the last lines for a person to read, hands each to `onLine`. */
function readLines(stream: Readable, onLine: (line: string) => void): () => string {
  let rest = '';
  const recent: string[] = [];
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      recent.push(line);
      if (recent.length > 20) recent.shift();
      onLine(line);
    }
  });
  return () => recent.join('\n');
}

function endOf(child: Child): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

function within(done: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void done.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

async function shutDown(child: Child, ended: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
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

/** Resolves when the server says that it accepts connections. Throws EMBEDDED_DATABASE with its last words when it ends before. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { logger, signal } = options;
  const watchdog = startWatchdog(options.socketDir);
  const child = spawnServer(options);
  if (child.pid !== undefined) watchdog.watch(child.pid);
  const ended = endOf(child);
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await shutDown(child, ended);
  };
  void ended.then(() => watchdog.dismiss());

  let ready: () => void = () => {};
  const isReady = new Promise<'ready'>((resolve) => (ready = () => resolve('ready')));
  const lastWords = readLines(child.stderr, (line) => {
    if (line.includes('database system is ready to accept connections')) ready();
    logger.debug('embedded postgres', { line });
  });
  const givenUp = new Promise<'given up'>((resolve) => {
    if (signal?.aborted) resolve('given up');
    signal?.addEventListener('abort', () => resolve('given up'), { once: true });
  });

  const outcome = await Promise.race([isReady, givenUp, ended.then(() => 'ended' as const)]);
  if (outcome === 'ready') {
    void ended.then(() => {
      if (!stopping) logger.error('embedded postgres ended', { pid: child.pid, last_words: lastWords() });
    });
    child.unref();
    (child.stderr as unknown as { unref(): void }).unref();
    return { pid: child.pid as number, stop };
  }
  await stop();
  const message =
    outcome === 'given up'
      ? 'starting was given up'
      : `the embedded PostgreSQL ended while it started:\n${lastWords()}`;
  throw new SchedulerError('EMBEDDED_DATABASE', message, { folder: options.cluster });
}
