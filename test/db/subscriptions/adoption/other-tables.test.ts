// Tables with common names or other ones: what is taken for subscriptions, what is left alone, and schedulers beside each other.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScheduler } from '../../../../src/compose/create-scheduler.js';
import { migrate } from '../../../../src/compose/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.close());

describe('a table of the host that is called subscriptions and means something else', () => {
  const makeNewsletter = (): Promise<unknown> =>
    database.pool.query(`CREATE TABLE subscriptions (id bigserial PRIMARY KEY, email text, plan text);
      INSERT INTO subscriptions (email) SELECT 'a' || n FROM generate_series(1, 500) n`);

  it('is refused before anything is changed, and the message says what to do', async () => {
    await makeNewsletter();
    await expect(migrate({ connectionString: database.url })).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      message: expect.stringMatching(/subscriptions does not look like a table of subscriptions.*SUBSCRIPTION_TABLE/),
    });
    const { rows } = await database.pool.query(
      `SELECT column_name FROM information_schema.columns WHERE table_name = 'subscriptions' AND table_schema = 'public'`,
    );
    expect(rows).toHaveLength(3);
    expect((await database.pool.query(`SELECT to_regnamespace('punctual') AS made`)).rows).toEqual([{ made: null }]);
  });

  it('is left alone when other tables are named, which are made or adopted, in whatever schema', async () => {
    await makeNewsletter();
    await database.pool.query(`CREATE SCHEMA crm;
      CREATE TABLE crm."Subs" (id bigserial PRIMARY KEY, user_id bigint, frequency text, active boolean DEFAULT true);
      INSERT INTO crm."Subs" (user_id, frequency) VALUES (7, 'daily'), (8, 'weekly')`);
    const calls: (string | null)[] = [];
    const scheduler = createScheduler({
      pool: database.pool,
      enabled: false,
      subscriptions: {
        table: 'crm.Subs',
        processingTable: 'crm.subs_state',
        process: async ({ userId }) => void calls.push(userId),
      },
    });
    await scheduler.start();
    await scheduler.trigger('subscriptions', { by: 'test' });
    expect(calls.sort()).toEqual(['7', '8']);
    expect(await scheduler.subscriptions.status()).toMatchObject({ due: 0 });
    await database.pool.query(`UPDATE crm."Subs" SET timezone = 'Asia/Tokyo' WHERE user_id = 7`);
    expect((await scheduler.subscriptions.list({ userId: '7' })).items).toMatchObject([{ userId: '7' }]);
    await scheduler.stop({ graceMs: 0 });
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS columns FROM information_schema.columns WHERE table_name = 'subscriptions' AND table_schema = 'public'`,
    );
    expect(rows).toEqual([{ columns: 3 }]);
  });

  it('is adopted when the host names it', async () => {
    await makeNewsletter();
    const { notes } = await migrate({ connectionString: database.url, subscriptions: { table: 'subscriptions' } });
    expect(notes).toEqual([expect.stringMatching(/^500 adopted subscriptions are due now/)]);
  });
});

describe('two schedulers in one database', () => {
  it('have tables of their own, or one queue each', async () => {
    await migrate({ connectionString: database.url, schema: 'a' });
    await migrate({ connectionString: database.url, schema: 'b', subscriptions: false });
    const others = { table: 'other_subscriptions', processingTable: 'other_processing' };
    const { applied } = await migrate({ connectionString: database.url, schema: 'c', subscriptions: others });
    expect(applied).toContain('subscriptions/0001_tables');
    await database.pool.query(
      `INSERT INTO subscriptions (user_id) VALUES ('u'); INSERT INTO other_subscriptions (user_id) VALUES ('v')`,
    );
    for (const table of ['subscription_processing', 'other_processing']) {
      expect((await database.pool.query(`SELECT FROM ${table}`)).rowCount).toBe(1);
    }
  });

  it('cannot have one table: the second is refused before anything is made', async () => {
    await migrate({ connectionString: database.url, schema: 'a' });
    await expect(migrate({ connectionString: database.url, schema: 'b' })).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      message: expect.stringContaining('belongs to the scheduler in the schema a'),
    });
    expect((await database.pool.query(`SELECT to_regnamespace('b') AS made`)).rows).toEqual([{ made: null }]);
  });
});
