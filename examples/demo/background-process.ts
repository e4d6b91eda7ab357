// A program of ours in the background: its output goes to a file, Ctrl-C does not reach it, and it ends when the demo does.
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface BackgroundOptions {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** The line that says that it is ready; the first group is its port. */
  readonly ready: RegExp;
  /** Ends a start that is not done yet. */
  readonly signal: AbortSignal;
}

export interface BackgroundProcess {
  readonly port: number;
  /** SIGTERM, and the wait for its end. Rejects when it does not end well, or only by force; what has ended already is no news. */
  stop(): Promise<void>;
  /** Resolves when it ends, with how. */
  readonly ended: Promise<string>;
  kill(): void;
}

const READY_MS = 60_000;
const STOP_MS = 45_000;

/** A shell that kills the process when this one is gone: it sees the end of its input. */
function endWithUs(pid: number): void {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$1" 2>/dev/null', 'sh', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
}

function readyPort(
  child: ChildProcess,
  { ready, name, logFile, signal }: BackgroundOptions,
  ended: Promise<string>,
): Promise<number> {
  const log = createWriteStream(logFile, { flags: 'a' });
  const recent: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (how: string): void =>
      reject(new Error(`${name} ${how} before it was ready; its log (${logFile}) ends so:\n${recent.join('\n')}`));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    const timer = setTimeout(() => fail(`took more than ${READY_MS / 1000} s`), READY_MS);
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        log.write(`${line}\n`);
        recent.push(line.slice(0, 500));
        if (recent.length > 3) recent.shift();
        const port = ready.exec(line)?.[1];
        if (port) resolve(Number(port));
      });
    }
    void ended.then(fail).finally(() => clearTimeout(timer));
  });
}

/** Starts it and waits until it is ready. Rejects with where its log is when that does not happen. */
export async function startInBackground(options: BackgroundOptions): Promise<BackgroundProcess> {
  const { script, args = [], env = {}, name } = options;
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`failed: ${error.message}`));
    child.once('close', (code, signal) => resolve(code === 0 ? 'ended' : `ended with ${signal ?? `code ${code}`}`));
  });
  if (child.pid !== undefined) endWithUs(child.pid);
  const kill = (): void => void child.kill('SIGKILL');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const timer = setTimeout(kill, STOP_MS);
    child.kill('SIGTERM');
    const how = await ended.finally(() => clearTimeout(timer));
    if (how !== 'ended') throw new Error(`${name} ${how}`);
  };
  try {
    const port = await readyPort(child, options, ended);
    return { port, stop, ended, kill };
  } catch (error) {
    kill();
    throw error;
  }
}
