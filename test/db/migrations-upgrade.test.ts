// A database made by the list of files that came before the sets: upgraded with its rows, or refused when that list is not whole.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { migrate } from '../../src/compose/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { ALL_MODULES } from '../support/test-run/migrate-all.js';

const OLD = new URL('../data/old-migrations/', import.meta.url);
const files = readdirSync(OLD).sort();

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.close());

/** As that version left it, applying `count` of its files. */
async function migrateAsBefore(count = files.length): Promise<void> {
  await database.pool.query(`CREATE SCHEMA punctual;
    CREATE TABLE punctual.migrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`);
  for (const file of files.slice(0, count)) {
    await database.pool.query(readFileSync(new URL(file, OLD), 'utf8').replaceAll('{schema}', '"punctual"'));
    await database.pool.query('INSERT INTO punctual.migrations (name, run_on) VALUES ($1, now())', [
      file.replace('.sql', ''),
    ]);
  }
}

/** Everything that a database is made of, by name and definition. */
async function shapeOf(): Promise<unknown> {
  const ask = async (sql: string): Promise<unknown[]> => (await database.pool.query(sql)).rows;
  const ours = `n.nspname IN ('punctual', 'public')`;
  return {
    columns:
      await ask(`SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid) AS standard, (SELECT array_agg(o ORDER BY o) FROM unnest(c.reloptions) o) AS options
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE ${ours} AND c.relkind IN ('r', 'p') AND NOT a.attisdropped AND c.relname NOT LIKE '%history' ORDER BY 1, 2, 3`),
    indexes:
      await ask(`SELECT pg_get_indexdef(i.indexrelid) AS index FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours} AND c.relname NOT LIKE '%history' ORDER BY 1`),
    constraints:
      await ask(`SELECT conrelid::regclass::text, pg_get_constraintdef(o.oid) AS constraint FROM pg_constraint o
      JOIN pg_namespace n ON n.oid = o.connamespace WHERE ${ours} AND contype <> 'n' AND conrelid::regclass::text NOT LIKE '%history' ORDER BY 1, 2`),
    functions:
      await ask(`SELECT pg_get_functiondef(p.oid) AS function FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE ${ours} ORDER BY 1`),
    triggers:
      await ask(`SELECT pg_get_triggerdef(t.oid) AS trigger FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours} AND NOT tgisinternal ORDER BY 1`),
    policies: await ask(
      `SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2`,
    ),
  };
}

describe('a database of the version before', () => {
  it('has the same shape after the upgrade as a new one', async () => {
    await migrate({ connectionString: database.url, modules: ALL_MODULES });
    const fresh = await shapeOf();
    await database.pool.query(
      'DROP SCHEMA punctual CASCADE; DROP TABLE subscription_processing; DROP TABLE subscriptions CASCADE',
    );
    await migrateAsBefore();
    await migrate({ connectionString: database.url, modules: ALL_MODULES });
    expect(await shapeOf()).toEqual(fresh);
    expect(await migrate({ connectionString: database.url, modules: ALL_MODULES })).toMatchObject({
      applied: [],
      functions: [],
    });
  });

  it('keeps its rows, and they run', async () => {
    await migrateAsBefore();
    await database.pool.query(`INSERT INTO subscriptions (user_id, frequency) VALUES ('u1', 'daily'), ('u2', 'daily')`);
    await database.pool.query(`INSERT INTO punctual.jobs (id, type) VALUES (gen_random_uuid(), 'old')`);
    const ran: (string | null)[] = [];
    const scheduler = createScheduler({
      pool: database.pool,
      enabled: false,
      subscriptions: { process: async ({ userId }) => void ran.push(userId) },
    });
    await scheduler.start();
    await scheduler.trigger('subscriptions', { by: 'test' });
    expect(ran.sort()).toEqual(['u1', 'u2']);
    expect((await scheduler.queue.admin.list({}, {})).items).toMatchObject([{ type: 'old', status: 'pending' }]);
    await scheduler.stop({ graceMs: 0 });
  });

  it('is refused when its list is not whole, with what to do, and nothing is changed', async () => {
    await migrateAsBefore(10);
    await expect(migrate({ connectionString: database.url })).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      message: expect.stringMatching(/development version whose migrations are incomplete.*start that version once/),
    });
    const { rows } = await database.pool.query(`SELECT to_regclass('punctual.schema_history') AS made`);
    expect(rows).toEqual([{ made: null }]);
  });
});
