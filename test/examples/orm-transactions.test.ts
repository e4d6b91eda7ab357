// Jobs that join the transaction of an ORM: they are there when it commits, and not when it rolls back.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import knex, { type Knex } from 'knex';
import { Kysely, PostgresDialect, sql as kyselySql } from 'kysely';
import pg from 'pg';
import { z } from 'zod';
import { ofDrizzle } from '../../examples/orm-transactions/drizzle.js';
import { ofKnex } from '../../examples/orm-transactions/knex.js';
import { ofKysely } from '../../examples/orm-transactions/kysely.js';
import { createScheduler, defineJob, type Queryable, type Scheduler } from '../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const once = defineJob({ type: 'once', schema: z.object({ key: z.string() }), uniqueBy: ({ key }) => key, run() {} });
const plain = defineJob({ type: 'plain', schema: z.object({}), run() {} });

let database: TestDatabase;
let scheduler: Scheduler;
let pool: pg.Pool;
let kyselyPool: pg.Pool;
let withKnex: Knex;
let withKysely: Kysely<unknown>;

/** Runs `work` in a transaction of the ORM, after the ORM has written a row of its own in it. */
type InTransaction = (note: string, work: (db: Queryable) => Promise<void>) => Promise<void>;
const ORMS: Readonly<Record<string, InTransaction>> = {
  knex: (note, work) =>
    withKnex.transaction(async (trx) => {
      await trx('notes').insert({ note });
      await work(ofKnex(trx));
    }),
  drizzle: (note, work) =>
    drizzle(pool).transaction(async (tx) => {
      await tx.execute(sql`INSERT INTO notes VALUES (${note})`);
      await work(ofDrizzle(tx));
    }),
  kysely: (note, work) =>
    withKysely.transaction().execute(async (trx) => {
      await kyselySql`INSERT INTO notes VALUES (${note})`.execute(trx);
      await work(ofKysely(trx));
    }),
};

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('CREATE TABLE notes (note text)');
  scheduler = createScheduler({ pool: database.pool, subscriptions: false, jobs: [once, plain] });
  const config = { connectionString: database.url, max: 2 };
  pool = new pg.Pool(config);
  kyselyPool = new pg.Pool(config);
  withKnex = knex({ client: 'pg', connection: database.url, pool: { min: 0, max: 2 } });
  withKysely = new Kysely({ dialect: new PostgresDialect({ pool: kyselyPool }) });
});
afterEach(() => database.pool.query('DELETE FROM punctual.jobs; DELETE FROM punctual.job_keys; DELETE FROM notes'));
afterAll(async () => {
  await Promise.all([withKnex.destroy(), withKysely.destroy(), pool.end(), scheduler.stop()]);
  await database.close();
});

const jobs = async (): Promise<string[]> => {
  const { items } = await scheduler.queue.admin.list();
  return items.map(({ type, status }) => `${type} ${status}`).sort();
};
const notes = async (): Promise<number> => (await database.pool.query('SELECT FROM notes')).rows.length;

describe.each(Object.entries(ORMS))('%s', (_name, inTransaction) => {
  it('commits jobs with its transaction, and tells which keys were held', async () => {
    await inTransaction('kept', async (db) => {
      const first = await scheduler.enqueue(once, { key: 'it’s "one"' }, { db });
      expect(await scheduler.enqueue(once, { key: 'it’s "one"' }, { db })).toEqual({ id: first.id, existing: true });
      expect(await jobs()).toEqual([]);
      await scheduler.enqueueMany([{ job: plain, payload: {}, options: { runAt: new Date() } }], { db });
    });
    expect(await jobs()).toEqual(['once pending', 'plain pending']);
    expect(await notes()).toBe(1);
  });

  it('commits flows, and what waits for a job that has ended is settled in it', async () => {
    const ended = await scheduler.enqueue(plain, {});
    await scheduler.queue.admin.cancel(ended.id);
    await inTransaction('kept', async (db) => {
      await scheduler.queue.flows.after(once, { key: 'cancelled with it' }, { after: [ended.id], db });
      const steps = [
        { name: 'first', job: plain, payload: {} },
        { name: 'then', job: plain, payload: {}, after: ['first'] },
      ];
      await scheduler.queue.flows.enqueue(steps, { db });
    });
    expect(await jobs()).toEqual(['once cancelled', 'plain cancelled', 'plain pending', 'plain waiting']);
  });

  it('takes jobs back when it rolls back', async () => {
    const failing = inTransaction('lost', async (db) => {
      await scheduler.enqueue(once, { key: 'lost' }, { db });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await jobs()).toEqual([]);
    expect(await notes()).toBe(0);
  });
});
