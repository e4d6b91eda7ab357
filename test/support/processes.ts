// Our programs as real processes: started, watched by their log lines, sent signals. None outlives the test run.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { waitFor } from './wait-for.js';

export interface ProcessOptions {
  /** A `.ts` file is run with tsx, anything else by node as it is; relative to the project. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Over a bare environment (PATH, HOME, TMPDIR): nothing of the test run's own gets in. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The line of its output that says it is ready. */
  readonly ready: RegExp;
  /** Default 30,000. */
  readonly timeoutMs?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** At the head of a process group of its own, so that the whole group can be sent a signal. */
  readonly detached?: boolean;
  /** A command that puts itself in the place of what follows it, as `env` and `ip netns exec` do. */
  readonly prefix?: readonly string[];
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** What `ready` matched. */
  readonly ready: RegExpExecArray;
  /** Everything it has written so far, both streams, line by line. */
  readonly lines: readonly string[];
  /** Lines that are JSON objects (its log). */
  logs(): Record<string, unknown>[];
  /** Waits for a line, one that was written already included. */
  line(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends the signal (default SIGTERM), waits for the end; after `timeoutMs` (default 20,000) it is killed. Harmless when it has ended. */
  stop(signal?: NodeJS.Signals, timeoutMs?: number): Promise<ProcessEnd>;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * A shell that kills the process when the test process is gone: it sees the end of its input. It must not outlive the process,
 * whose id another may get. Answers how to end the watch.
 */
function killWithUs(pid: number): () => void {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$1" 2>/dev/null', 'sh', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return () => void shell.kill('SIGKILL');
}

function launch({ script, args = [], env = {}, uid, gid, detached = false, prefix = [] }: ProcessOptions): Child {
  const { PATH, HOME, TMPDIR } = process.env;
  const loader = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const [command, ...rest] = [...prefix, process.execPath, ...loader, path.resolve(script), ...args];
  return spawn(command as string, rest, {
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
}

const parse = (line: string): Record<string, unknown>[] => {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' ? [value as Record<string, unknown>] : [];
  } catch {
    return [];
  }
};

/** Starts a process and waits until it says that it is ready. Throws with its output when it ends before, or takes too long. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const child = launch(options);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  let end: ProcessEnd | undefined;
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve((end = { code, signal })));
  });
  ended.catch(() => {});
  if (child.pid !== undefined) child.once('exit', killWithUs(child.pid));

  const line = async (pattern: RegExp, timeoutMs = 10_000): Promise<RegExpExecArray> => {
    const find = (): RegExpExecArray | undefined =>
      lines.map((text) => pattern.exec(text)).find((match) => match !== null) ?? undefined;
    const told = (): string => `${pattern} in the output of ${options.script}:\n${lines.slice(-40).join('\n')}`;
    const found = await waitFor(() => find() ?? (end ? 'ended' : false), { timeoutMs, what: told });
    if (found === 'ended') throw new Error(`ended (${end?.code ?? end?.signal}) without ${told()}`);
    return found;
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM', timeoutMs = 20_000): Promise<ProcessEnd> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    if (!end) child.kill(signal);
    return ended.finally(() => clearTimeout(timer));
  };

  try {
    const ready = await line(options.ready, options.timeoutMs ?? 30_000);
    return {
      pid: child.pid as number,
      ready,
      lines,
      logs: () => lines.flatMap(parse),
      line,
      signal: (signal) => void child.kill(signal),
      ended,
      stop,
    };
  } catch (error) {
    if (child.pid !== undefined) await stop('SIGKILL');
    throw error;
  }
}

export interface ServerProcess extends RunningProcess {
  readonly url: string;
}

/** The server as a user starts it, on a free port, up when `/health/ready` says 200. `BUILT=1` runs `dist`. */
export async function startServerProcess(
  env: Readonly<Record<string, string | undefined>>,
  options: Partial<ProcessOptions> = {},
): Promise<ServerProcess> {
  const script = process.env['BUILT'] ? 'dist/server.js' : 'src/server.ts';
  const running = await startProcess({ script, ready: /"port":\s*(\d+)/, env: { PORT: '0', ...env }, ...options });
  const url = `http://127.0.0.1:${running.ready[1]}`;
  try {
    await waitFor(async () => (await fetch(`${url}/health/ready`)).ok, {
      timeoutMs: 20_000,
      what: () => running.lines.join('\n'),
    });
  } catch (error) {
    await running.stop('SIGKILL');
    throw error;
  }
  return Object.assign(running, { url });
}
