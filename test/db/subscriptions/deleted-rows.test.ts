// A host that deletes processing rows: an active subscription always has one, and it goes on where it stood.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { addSubscription, createBench, rowOf, runAll } from '../../subscriptions/support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query('TRUNCATE subscriptions CASCADE'));

const rows = async (): Promise<Record<string, unknown>[]> =>
  (await database.pool.query('SELECT * FROM subscription_processing ORDER BY created_at')).rows;

it('comes back with its next run, its failures and its date', async () => {
  const id = await addSubscription(database, { nextRunAt: '2099-03-10T09:00:00Z', status: 'completed' });
  await database.pool.query(
    `UPDATE subscription_processing SET last_run_at = '2026-03-09', consecutive_failures = 2, metadata = '{"a": 1}'`,
  );
  const before = await rowOf(database, id);
  await database.pool.query('DELETE FROM subscription_processing');
  const { id: _old, updated_at: _then, ...kept } = before as unknown as Record<string, unknown>;
  expect(await rows()).toEqual([expect.objectContaining(kept)]);
});

it('comes back with its claim where it was claimed: the call under way is not made again, and its end counts', async () => {
  const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
  const bench = await createBench(database, '2026-03-10T09:00:00Z');
  bench.answer = async () => {
    await database.pool.query('DELETE FROM subscription_processing');
    expect((await bench.source.claim({ limit: 50 })).items).toEqual([]);
    return { kind: 'ok', status: 200, durationMs: 1 };
  };
  const { items } = await bench.source.claim({ limit: 50 });
  await runAll(bench.source, items);
  await bench.drain();
  expect(bench.calls).toHaveLength(1);
  expect(await rowOf(database, id)).toMatchObject({
    status: 'completed',
    claimed_by: null,
    next_run_at: new Date('2026-03-11T09:00:00Z'),
  });
});

it('is replaced by what the same transaction puts in its place', async () => {
  const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('DELETE FROM subscription_processing');
    await client.query(
      `INSERT INTO subscription_processing (subscription_id, next_run_at) VALUES ($1, '2026-04-01T00:00:00Z')`,
      [id],
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  expect(await rows()).toEqual([
    expect.objectContaining({ next_run_at: new Date('2026-04-01T00:00:00Z'), superseded: false }),
  ]);
});

it('goes for good with its subscription, or while that is switched off', async () => {
  await addSubscription(database);
  await database.pool.query('DELETE FROM subscriptions');
  expect(await rows()).toEqual([]);
  await addSubscription(database);
  await database.pool.query('UPDATE subscriptions SET active = false');
  await database.pool.query('DELETE FROM subscription_processing');
  expect(await rows()).toEqual([]);
  await database.pool.query('UPDATE subscriptions SET active = true');
  expect(await rows()).toEqual([expect.objectContaining({ status: 'pending', runnable: true })]);
});

it('leaves the other of two rows in its place', async () => {
  const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
  await database.pool.query(
    `INSERT INTO subscription_processing (subscription_id, next_run_at, created_at)
     VALUES ($1, '2026-05-01T00:00:00Z', now() + interval '1 minute')`,
    [id],
  );
  expect((await rows()).map(({ superseded }) => superseded)).toEqual([true, false]);
  await database.pool.query('DELETE FROM subscription_processing WHERE NOT superseded');
  expect(await rows()).toEqual([
    expect.objectContaining({ next_run_at: new Date('2026-03-10T09:00:00Z'), superseded: false, runnable: true }),
  ]);
});
