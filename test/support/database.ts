// Databases for tests: cloned from a migrated template, one per test file.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase, type OwnDatabase } from '../../src/db/database.js';
import { dropDatabase, onServer, TEST_SERVER_VARIABLE, urlOf, type TestServer } from './test-run/test-databases.js';

export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly db: OwnDatabase;
  readonly schema: 'punctual';
  /** Ends the pool and drops the database, even with open connections. */
  close(): Promise<void>;
}

function testServer(): TestServer {
  const said = process.env[TEST_SERVER_VARIABLE];
  if (!said) throw new Error('no test server: run this with jest, whose globalSetup starts one');
  return JSON.parse(said) as TestServer;
}

async function create(template: string | null): Promise<TestDatabase> {
  const server = testServer();
  const name = `${server.prefix}_${randomBytes(6).toString('hex')}`;
  await onServer(server, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template ?? 'template0'}`));
  const url = urlOf(server, name);
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // Idle connections die when a test restarts the server or cuts them; that must not end the test process.
  pool.on('error', () => {});
  const close = async (): Promise<void> => {
    if (!pool.ended) await pool.end();
    await dropDatabase(server, name);
  };
  return { url, pool, db: createDatabase(pool, 'punctual'), schema: 'punctual', close };
}

/** A fresh migrated database. Call it in beforeAll, `close` in afterAll. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { template, problem } = testServer();
  if (problem) throw new Error(`the template database could not be migrated: ${problem}`);
  return create(template);
}

/** A fresh database with nothing in it: for tests of migrations and adoption. */
export const createEmptyDatabase = (): Promise<TestDatabase> => create(null);
