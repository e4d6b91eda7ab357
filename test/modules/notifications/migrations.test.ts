// The tables of notifications: made anew, and beside a host's own recipients in each of the shapes that they may have.
import { afterEach, describe, expect, it } from '@jest/globals';
import { migrate } from '../../../src/compose/database/migrate.js';
import { notifications } from '../../../src/modules/notifications/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
afterEach(() => database.close());

const modules = [notifications({ from: 'shop@example.com' })];
const migrated = async (...statements: string[]): Promise<TestDatabase> => {
  database = await createEmptyDatabase();
  for (const statement of statements) await database.pool.query(statement);
  await migrate({ connectionString: database.url, subscriptions: false, modules });
  return database;
};
const rowsOf = async (sql: string, values: unknown[] = []): Promise<unknown[]> =>
  (await database.db.query(sql, values)).rows;

describe('recipients', () => {
  it('have a table of ours where the host has none', async () => {
    await migrated();
    await rowsOf(`INSERT INTO {schema}.recipients (name, email) VALUES ('Ada', 'ada@example.com')`);
    const [row] = await rowsOf('SELECT name, email, timezone FROM {schema}.notification_recipients');
    expect(row).toEqual({ name: 'Ada', email: 'ada@example.com', timezone: null });
  });

  it.each([
    ['uuid', `'0190a0a0-0000-7000-8000-000000000001'`, '0190a0a0-0000-7000-8000-000000000001', 'seven'],
    ['bigint', '7', '7', 'x7'],
    ['bigint', '9223372036854775807', '9223372036854775807', '9223372036854775808'],
    ['bigint', '-7', '-7', '--7'],
    ['integer', '7', '7', '99999999999'],
    ['integer', '2147483647', '2147483647', '2147483648'],
    ['text', `'seven'`, 'seven', 'eight'],
    ['varchar(20)', `'seven'`, 'seven', 'eight'],
  ])('with a key of type %s are the host’s own', async (type, value, id, other) => {
    await migrated(
      `CREATE TABLE recipients (id ${type} PRIMARY KEY, email varchar(200), user_id int)`,
      `INSERT INTO recipients VALUES (${value}, 'ada@example.com', 12)`,
    );
    const find =
      'SELECT email, user_id, quiet_hours FROM {schema}.notification_recipients WHERE id = {schema}.to_recipient_id($1)';
    expect(await rowsOf(find, [id])).toEqual([{ email: 'ada@example.com', user_id: '12', quiet_hours: null }]);
    expect(await rowsOf(find, [other])).toEqual([]);
    expect(await rowsOf(`SELECT to_regclass('{schema}.recipients') AS ours`)).toEqual([{ ours: null }]);
  });

  it('may be written through the view: what a user may change', async () => {
    await migrated('CREATE TABLE recipients (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), timezone varchar(60))');
    await rowsOf('INSERT INTO recipients DEFAULT VALUES');
    await rowsOf(
      `UPDATE {schema}.notification_recipients SET timezone = 'Asia/Kathmandu', quiet_hours = '{"daily": []}',
         muted_until = 'infinity', preferences = '{}'`,
    );
    expect(await rowsOf('SELECT timezone FROM recipients')).toEqual([{ timezone: 'Asia/Kathmandu' }]);
  });

  it.each([
    ['CREATE TABLE recipients (name text)', 'it has no column id'],
    ['CREATE TABLE recipients (id date)', 'its column id must be of type uuid, bigint, integer or text, but is date'],
    ['CREATE TABLE recipients (id uuid, preferences text)', 'its column preferences must be of type jsonb'],
    ['CREATE TABLE recipients (id uuid, email int)', 'its column email must be of type text'],
  ])('that cannot be adopted are refused: %s', async (table, message) => {
    await expect(migrated(table)).rejects.toThrow(message);
    expect(await rowsOf(`SELECT to_regclass('{schema}.notification_recipients') AS made`)).toEqual([{ made: null }]);
  });
});

describe('the views of the former system', () => {
  it('show a notification and its log', async () => {
    await migrated();
    const id = '0190a0a0-0000-7000-8000-000000000001';
    await rowsOf(
      `INSERT INTO {schema}.notifications (id, notification_type, category, priority, attempts, to_address)
       VALUES ($1, 'immediate', 'immediate', 1, 3, 'ada@example.com')`,
      [id],
    );
    await rowsOf(
      `INSERT INTO {schema}.notification_log (notification_id, attempt, status, response_code) VALUES ($1, 1, 'deferred', 451)`,
      [id],
    );
    const jobs = await rowsOf(
      'SELECT id, status, priority, retry_count, delivery_method FROM {schema}.notification_jobs',
    );
    expect(jobs).toEqual([{ id, status: 'pending', priority: 'high', retry_count: 2, delivery_method: 'email' }]);
    const logs = await rowsOf('SELECT job_id, attempt, status, response_code FROM {schema}.notification_delivery_logs');
    expect(logs).toEqual([{ job_id: id, attempt: 1, status: 'deferred', response_code: 451 }]);
    await rowsOf(
      `INSERT INTO {schema}.job_claims (token, instance_id, job_ids) VALUES (gen_random_uuid(), gen_random_uuid(), ARRAY[$1::uuid])`,
      [id],
    );
    expect(await rowsOf('SELECT status FROM {schema}.notification_jobs')).toEqual([{ status: 'processing' }]);
  });
});
