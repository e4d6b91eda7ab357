// Run as a process of its own by global-setup.ts: holds the PostgreSQL of one test run and the template that test databases are cloned from.
// It says where they are in one line of JSON, and clears up when its input ends, which happens however the test run ends.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../../src/db/embedded/index.js';
import { dropDatabases, onServer, urlOf, type TestServer } from './test-databases.js';

// Nothing here outlives the run, so nothing has to survive a power cut: no fsync. Many pools are open at once.
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 300 };

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, stop: async () => {} };
  const dataDir = await mkdtemp(path.join(tmpdir(), 'punctual-test-'));
  const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
  const stop = async (): Promise<void> => {
    await server.stop();
    for (const folder of new Set([dataDir, server.dataDir])) await rm(folder, { recursive: true, force: true });
  };
  return { url: server.connectionString, stop };
}

async function makeTemplate(server: TestServer): Promise<void> {
  await onServer(server, (admin) => admin.query(`CREATE DATABASE ${server.template}`));
  const { migrateAll } = await import('./migrate-all.js');
  await migrateAll(urlOf(server, server.template));
}

const inputEnds = new Promise<void>((resolve) => {
  process.stdin.on('end', resolve).on('error', resolve).resume();
});
// Ctrl-C reaches the whole group: the test run decides, and our input ends with it.
process.on('SIGINT', () => {});

const { url, stop } = await startServer();
const prefix = `punctual_test_${randomBytes(4).toString('hex')}`;
const server: TestServer = { url, prefix, template: `${prefix}_template`, problem: null };
try {
  const problem = await makeTemplate(server).then(() => null, String);
  process.stdout.write(`${JSON.stringify({ ...server, problem })}\n`);
  await inputEnds;
} finally {
  await dropDatabases(server);
  await stop();
}
