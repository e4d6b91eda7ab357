// Stops the server when this process has ended, however that happened: a shell that reads a pipe sees its end even after SIGKILL.
import { spawn } from 'node:child_process';

// First line: the server's pid. Then either "done" (the server has ended) or the end of the pipe (we have).
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
  /** From now on the server dies with this process. */
  watch(pid: number): void;
  /** The server has ended: nothing left to watch. */
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
