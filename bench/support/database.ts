// PostgreSQL for benchmarks, with fsync on, as for users: embedded, or the server at BENCH_DATABASE_URL.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded/index.js';
import { migrate } from '../../src/compose/database/migrate.js';

export interface BenchServer {
  readonly version: string;
  /** Creates an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

async function openServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['BENCH_DATABASE_URL'];
  if (given) return { url: given, stop: async () => {} };
  const dataDir = await mkdtemp(path.join(tmpdir(), 'punctual-bench-'));
  const server = await startEmbeddedPostgres({ dataDir, settings: { max_connections: 200, max_wal_size: '4GB' } });
  const stop = async (): Promise<void> => {
    await server.stop();
    for (const folder of new Set([dataDir, server.dataDir])) await rm(folder, { recursive: true, force: true });
  };
  return { url: server.connectionString, stop };
}

/** Runs one piece of work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function startBenchServer(): Promise<BenchServer> {
  const { url, stop } = await openServer();
  const { rows } = await withClient(url, (admin) =>
    admin.query<{ v: string }>(`SELECT current_setting('server_version') AS v`),
  );
  const urlOf = (name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const drop = async (name: string): Promise<void> => {
    await withClient(url, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return {
    version: rows[0]!.v,
    async createDatabase(name) {
      await drop(name);
      await withClient(url, (admin) => admin.query(`CREATE DATABASE ${name}`));
      return urlOf(name);
    },
    dropDatabase: drop,
    stop,
  };
}

/** The scheduler's tables, ready for use. */
export const migrated = async (url: string): Promise<void> => void (await migrate({ connectionString: url }));
