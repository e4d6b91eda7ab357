// The documented way to mount: a pool of the host's own without an error listener outlives a restart of PostgreSQL.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createScheduler } from '../../../src/compose/create-scheduler.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('gets a listener where it has none, and the loss of every idle connection is survived', async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  const scheduler = createScheduler({ pool, subscriptions: false, migrate: false });
  expect(pool.listenerCount('error')).toBe(1);
  await scheduler.start();
  await Promise.all(Array.from({ length: 5 }, () => pool.query('SELECT 1')));
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await waitFor(async () => scheduler.ready());
  await waitFor(async () => (await scheduler.status()).running); // a connection whose loss has not come through may be asked first
  await scheduler.stop();
  await pool.end();
});

it('keeps the listener that the host has', () => {
  const pool = new pg.Pool({ connectionString: database.url });
  pool.on('error', () => {});
  createScheduler({ pool, subscriptions: false, migrate: false });
  expect(pool.listenerCount('error')).toBe(1);
});
