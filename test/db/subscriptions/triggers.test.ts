// What the host's own SQL does to our rows: who may write, what is claimed in place, what a claim's update costs.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { addSubscription, createBench, rowOf } from '../../subscriptions/support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query('TRUNCATE subscriptions CASCADE'));

it('a role that may write subscriptions only can add, change and switch them off', async () => {
  const role = `host_${Date.now()}`;
  await database.pool.query(`CREATE ROLE ${role}; GRANT SELECT, INSERT, UPDATE ON subscriptions TO ${role}`);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(`SET ROLE ${role}; SET search_path = pg_catalog, public`);
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO public.subscriptions (user_id) VALUES ('u') RETURNING id`,
    );
    const id = rows[0]?.id as string;
    expect(await rowOf(database, id)).toMatchObject({ status: 'pending', runnable: true });
    await client.query(`UPDATE public.subscriptions SET active = false, timezone = 'Asia/Tokyo'`);
    expect(await rowOf(database, id)).toMatchObject({ runnable: false, stale: true });
  } finally {
    await client.end();
    await database.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

it('rows whose subscription was deleted, where no foreign key takes them along, stand in nobody’s way', async () => {
  await database.pool.query(
    `ALTER TABLE subscription_processing DROP CONSTRAINT subscription_processing_subscription_id_fkey`,
  );
  try {
    const gone: string[] = [];
    for (let n = 0; n < 5; n += 1) gone.push(await addSubscription(database, { nextRunAt: '2026-03-10T08:00:00Z' }));
    const bench = await createBench(database, '2026-03-10T09:00:00Z');
    const inHand = (await bench.source.claim({ limit: 1 })).items;
    await database.pool.query('DELETE FROM subscriptions WHERE id = ANY($1)', [gone]);
    const kept = await addSubscription(database, { nextRunAt: '2026-03-10T08:30:00Z' });
    const { items } = await bench.source.claim({ limit: 2 });
    expect(items.map((item) => item.row.subscriptionId)).toEqual([kept]);
    await bench.source.release([...items, ...inHand]);
    expect((await bench.source.claim({ limit: 5 })).items).toHaveLength(1);
    for (const id of gone) expect((await rowOf(database, id)).runnable).toBe(false);
  } finally {
    await database.pool.query('TRUNCATE subscription_processing');
    await database.pool.query(
      `ALTER TABLE subscription_processing ADD FOREIGN KEY (subscription_id) REFERENCES subscriptions (id) ON DELETE CASCADE`,
    );
  }
});

describe('runnable', () => {
  it('follows active, pause, suspension and the end of a schedule', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
    const runnable = async (sql: string): Promise<boolean> => {
      await database.pool.query(sql);
      return (await rowOf(database, id)).runnable;
    };
    expect(await runnable('UPDATE subscriptions SET active = false')).toBe(false);
    expect(await runnable('UPDATE subscriptions SET active = true')).toBe(true);
    expect(await runnable(`UPDATE subscriptions SET paused_until = 'infinity'`)).toBe(false);
    expect(await runnable(`UPDATE subscription_processing SET status = 'suspended'`)).toBe(false);
    expect(await runnable('UPDATE subscriptions SET paused_until = NULL')).toBe(false);
    expect(await runnable(`UPDATE subscription_processing SET status = 'pending'`)).toBe(true);
    expect(await runnable(`UPDATE subscription_processing SET status = 'completed', next_run_at = NULL`)).toBe(false);
    expect(await runnable(`UPDATE subscription_processing SET next_run_at = now()`)).toBe(true);
  });

  it('is not changed, and nothing is recomputed, by an update of something else', async () => {
    const id = await addSubscription(database);
    const version = async (): Promise<string> => {
      const { rows } = await database.pool.query<{ xmin: string }>('SELECT xmin::text FROM subscription_processing');
      return rows[0]?.xmin as string;
    };
    const before = await version();
    await database.pool.query(`UPDATE subscriptions SET frequency = frequency, active = active`);
    expect(await version()).toBe(before);
    expect(await rowOf(database, id)).toMatchObject({ stale: false });
  });
});

it('a claim is a HOT update: it touches no index', async () => {
  for (let i = 0; i < 20; i += 1) await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
  await database.pool.query('VACUUM FULL subscription_processing');
  const bench = await createBench(database, '2026-03-10T09:00:00Z');
  const client = await database.pool.connect();
  try {
    // statistics of one session come at its end or when forced: ask within the transaction instead
    await client.query('BEGIN');
    const hot = async (): Promise<number> => {
      const { rows } = await client.query<{ hot: string }>(
        `SELECT pg_stat_get_xact_tuples_hot_updated('subscription_processing'::regclass) AS hot`,
      );
      return Number(rows[0]?.hot);
    };
    const before = await hot();
    const { claimDueSubscriptions } = await import('../../../src/db/subscriptions/claim/claim-due.js');
    const { withSchema } = await import('../../../src/db/database.js');
    const request = { instanceId: bench.instanceId, limit: 10, now: bench.now, nominalUntil: null };
    expect((await claimDueSubscriptions(withSchema(client, 'punctual'), request)).rows).toHaveLength(10);
    expect((await hot()) - before).toBe(10);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});
