// The demo's database: in an embedded PostgreSQL of its own, or a fresh one on the server that DATABASE_URL names.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded/index.js';
import type { Cleanup } from './cleanup.js';

async function query(connectionString: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Where the server is; one that was started here is stopped and cleared away by the clean-up. */
async function findServer(cleanup: Cleanup, signal: AbortSignal): Promise<string> {
  const given = process.env['DATABASE_URL'];
  if (given) return given;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'punctual-demo-'));
  const clear = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres({ dataDir, signal }).catch(async (error: unknown) => {
    await clear(dataDir);
    throw error;
  });
  cleanup.add('PostgreSQL', async () => {
    await server.stop();
    await Promise.all([clear(dataDir), clear(server.dataDir)]);
  });
  return server.connectionString;
}

export interface DemoDatabase {
  readonly url: string;
  readonly version: string;
  readonly embedded: boolean;
}

/** An empty database that nobody else uses: never the one that DATABASE_URL names, only its server. */
export async function createDemoDatabase(cleanup: Cleanup, signal: AbortSignal): Promise<DemoDatabase> {
  const server = await findServer(cleanup, signal);
  const name = `punctual_demo_${process.pid}`;
  const { rows } = await query(server, 'SHOW server_version');
  await query(server, `CREATE DATABASE ${name}`);
  cleanup.add('database', async () => void (await query(server, `DROP DATABASE ${name} WITH (FORCE)`)));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const version = (rows[0] as { server_version: string }).server_version.split(' ')[0] ?? '';
  return { url: url.href, version, embedded: !process.env['DATABASE_URL'] };
}
