// The server on a machine with nothing but Node: its own PostgreSQL, a generated token, and nothing left behind.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from '../support/wait-for.js';

const loader = createRequire(import.meta.url).resolve('tsx');
let folder: string;
let server: ChildProcess;
const logs: Record<string, unknown>[] = [];

beforeAll(async () => {
  folder = await mkdtemp('/tmp/punctual-server-');
  await chmod(folder, 0o755); // so that the server's user reaches its data in there
  const { PATH, HOME } = process.env;
  server = spawn(process.execPath, ['--import', loader, path.resolve('src/server.ts')], {
    cwd: folder,
    env: { PATH, HOME, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface(server.stdout as NonNullable<typeof server.stdout>).on('line', (line) => {
    logs.push(JSON.parse(line) as Record<string, unknown>);
  });
});
afterAll(async () => {
  if (server.exitCode === null) server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const line = (message: RegExp): Promise<Record<string, unknown>> =>
  waitFor(() => logs.find((one) => message.test(String(one['message']))), { timeoutMs: 100_000 });

it('starts with an embedded PostgreSQL, shows its token, and stops both', async () => {
  const { port } = await line(/^started$/);
  const { admin_token: token } = await line(/^ADMIN_TOKEN is not set/);
  const status = await fetch(`http://127.0.0.1:${String(port)}/admin/status`, {
    headers: { Authorization: `Bearer ${String(token)}` },
  });
  expect([status.status, await status.json()]).toEqual([200, expect.objectContaining({ status: 'ok' })]);
  const { pid } = await line(/^embedded PostgreSQL started$/);
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
}, 120_000);
