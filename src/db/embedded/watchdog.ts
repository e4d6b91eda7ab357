// Stops the server when this process has ended in any way: a shell that reads from a pipe notices its end even after SIGKILL.
import { spawn } from 'node:child_process';

// The first line is the server's pid. Then comes either "done" (the server has ended) or the end of the pipe (this process has ended).
const SCRIPT = `
read -r pid || exit 0
if read -r done; then exit 0; fi
kill -INT "$pid" 2>/dev/null
waited=0
while kill -0 "$pid" 2>/dev/null && [ "$waited" -lt 50 ]; do sleep 0.1; waited=$((waited + 1)); done
kill -QUIT "$pid" 2>/dev/null
rm -rf -- "$1"
`;

export interface Watchdog {
  readonly pid: number | undefined;
  /** From now on, the server is stopped when this process ends. */
  watch(pid: number): void;
  /** Call when the server has ended and no longer needs to be watched. */
  dismiss(): void;
}

/** Starts the shell before the server, so that the server is always watched. */
export function startWatchdog(socketDir: string): Watchdog {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'punctual-postgres-watchdog', socketDir], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.stdin.on('error', () => undefined);
  shell.on('error', () => undefined);
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return {
    pid: shell.pid,
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    dismiss: () => void shell.stdin.end('done\n'),
  };
}
