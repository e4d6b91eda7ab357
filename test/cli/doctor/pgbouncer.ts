// A real PgBouncer before a test database. Needs Debian's package; `.ci/run` installs it.
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { waitFor } from '../../support/wait-for.js';

export const hasPgbouncer = spawnSync('pgbouncer', ['--version']).status === 0;

export interface Bouncer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startPgbouncer(databaseUrl: string, mode: 'transaction' | 'session'): Promise<Bouncer> {
  const { host, port, database, user, password } = new pg.Client({ connectionString: databaseUrl });
  const folder = await mkdtemp(path.join(tmpdir(), 'punctual-bouncer-'));
  await chmod(folder, 0o755);
  const listen = await freePort();
  const ini = `[databases]
db = host=${host} port=${port} dbname=${database} user=${user}${password ? ` password=${password}` : ''}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listen}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
`;
  await writeFile(path.join(folder, 'pgbouncer.ini'), ini, { mode: 0o644 });
  // it refuses to run as root; the user that runs the server may enter its socket's folder
  const args = process.getuid?.() === 0 ? ['-u', serverUser(host)] : [];
  const child = spawn('pgbouncer', [...args, path.join(folder, 'pgbouncer.ini')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await waitFor(() => said.includes('process up'), { what: () => `pgbouncer: ${said}` });
  return {
    url: `postgres://${user}@127.0.0.1:${listen}/db`,
    close: async () => {
      child.kill('SIGINT');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const serverUser = (socketFolder: string): string => {
  const { stdout } = spawnSync('stat', ['-c', '%U', socketFolder], { encoding: 'utf8' });
  return stdout.trim() || 'nobody';
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
