// A PostgreSQL of a test's own, on TCP at a fixed port: it can be stopped or crashed and started again, and comes back at the same address.
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../src/db/embedded/index.js';
import { waitFor } from '../wait-for.js';

export interface FlowPostgres {
  readonly url: string;
  readonly port: number;
  readonly pool: pg.Pool;
  /** As `pg_ctl stop -m immediate`: every session is cut, nothing is written down. Resolves when it is gone. */
  crash(): Promise<void>;
  /** As `pg_ctl stop -m fast`: every session is told and cut, open transactions are rolled back. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Starts again what was stopped or crashed. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface FlowPostgresOptions {
  /** Addresses to listen on beside loopback, and who may come from there without a password. */
  readonly also?: { readonly address: string; readonly from: string };
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** Below the ports that the system gives to outgoing connections: none of those may take it while the server is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isFree(port)) return port;
  }
}

export async function startFlowPostgres({ also }: FlowPostgresOptions = {}): Promise<FlowPostgres> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'punctual-flow-'));
  const port = await freePort();
  // a crash of the server alone loses nothing that was handed to the system
  const settings = { fsync: 'off', port, listen_addresses: ['127.0.0.1', also?.address].filter(Boolean).join(',') };
  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataDir, settings });
  let server = await start();
  if (also) {
    await appendFile(path.join(server.dataDir, 'cluster', 'pg_hba.conf'), `\nhost all all ${also.from} trust\n`);
    process.kill(server.pid, 'SIGHUP');
  }
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const pool = new pg.Pool({ connectionString: url, max: 5 });
  pool.on('error', () => {}); // its connections are meant to die

  return {
    url,
    port,
    pool,
    crash: async () => {
      process.kill(server.pid, 'SIGQUIT');
      await waitFor(() => !isAlive(server.pid), { what: 'the server is gone' });
      await server.stop();
    },
    stop: () => server.stop(),
    start: async () => {
      server = await start();
    },
    close: async () => {
      await pool.end();
      await server.stop();
      for (const folder of new Set([dataDir, server.dataDir])) await rm(folder, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
