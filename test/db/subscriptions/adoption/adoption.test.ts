// Tables that were there before us: adopted as they are, rows in every state, or refused before anything has changed.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../src/base/clock.js';
import { migrate, type MigrateResult } from '../../../../src/compose/database/migrate.js';
import { createSubscriptionsApi } from '../../../../src/subscriptions/api/create-subscriptions-api.js';
import type { SubscriptionsApi } from '../../../../src/subscriptions/api/subscriptions-api.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { createBench, ledgerOf, rowOf, schedules } from '../../../subscriptions/support.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.close());

const api = (): SubscriptionsApi =>
  createSubscriptionsApi({ database: database.db, schedules, defaultTimezone: 'UTC', clock: systemClock });

const run = (): Promise<MigrateResult> => migrate({ connectionString: database.url });

interface Shape {
  readonly id?: string;
  readonly userId?: string;
  readonly status?: string;
  readonly timestamps?: string;
  readonly more?: string;
}

/** The two tables as a host may have made them. */
async function makeHostTables(shape: Shape = {}): Promise<void> {
  const {
    id = 'uuid',
    userId = 'uuid',
    status = `varchar(50) NOT NULL DEFAULT 'pending'`,
    timestamps = 'timestamptz',
  } = shape;
  const key = id === 'bigint' ? 'bigserial' : `${id} DEFAULT gen_random_uuid()`;
  await database.pool.query(`
    CREATE TABLE subscriptions (id ${key} PRIMARY KEY, user_id ${userId}, frequency varchar(20), active boolean DEFAULT true, name text);
    CREATE TABLE subscription_processing (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      subscription_id ${id} NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
      status ${status}, next_run_at ${timestamps}, last_run_at ${timestamps}, error text, metadata jsonb DEFAULT '{}',
      created_at ${timestamps} DEFAULT now(), updated_at ${timestamps} DEFAULT now() ${shape.more ?? ''})`);
}

interface HostRow {
  readonly status?: string;
  readonly next?: string;
  readonly active?: boolean;
  readonly frequency?: string | null;
}

async function addHostRow(userId: string | number, row: HostRow = {}): Promise<string> {
  const { status = 'pending', next = null, active = true, frequency = 'daily' } = row;
  const { rows } = await database.pool.query<{ id: string }>(
    `INSERT INTO subscriptions (user_id, frequency, active) VALUES ($1, $2, $3) RETURNING id`,
    [userId, frequency, active],
  );
  const id = String((rows[0] as { id: string }).id);
  await database.pool.query(
    `INSERT INTO subscription_processing (subscription_id, status, next_run_at, created_at, updated_at)
     VALUES ($1, $2, $3, '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z')`,
    [id, status, next],
  );
  return id;
}

const USER = 'a0000000-0000-4000-8000-000000000001';
const DUE = '2026-03-10T08:59:00Z';

it('makes both tables where there are none', async () => {
  await run();
  await database.pool.query(`INSERT INTO subscriptions (user_id) VALUES ('u')`);
  const bench = await createBench(database, '2026-03-10T09:00:00Z');
  await bench.drain();
  expect(bench.calls).toHaveLength(1);
});

describe.each([
  { id: 'uuid', userId: 'uuid', user: USER },
  { id: 'bigint', userId: 'text', user: 'user-7' },
  { id: 'uuid', userId: 'bigint', user: 7 },
])('tables with $id keys and $userId users', ({ id: idType, userId, user }) => {
  it('are adopted with rows in every state, and drained', async () => {
    await makeHostTables({ id: idType, userId });
    const rows = {
      due: await addHostRow(user, { next: DUE }),
      never: await addHostRow(user),
      failed: await addHostRow(user, { status: 'failed', next: DUE }),
      later: await addHostRow(user, { status: 'completed', next: '2026-03-10T12:00:00Z' }),
      ended: await addHostRow(user, { status: 'completed' }),
      suspended: await addHostRow(user, { status: 'suspended', next: DUE }),
      stuck: await addHostRow(user, { status: 'processing', next: DUE }),
      inactive: await addHostRow(user, { next: DUE, active: false }),
      odd: await addHostRow(user, { status: 'archived', next: DUE }),
      unknown: await addHostRow(user, { next: DUE, frequency: 'whenever' }),
      nothing: await addHostRow(user, { next: DUE, frequency: null }),
    };
    const bare = await database.pool.query<{ id: string }>(
      `INSERT INTO subscriptions (user_id, frequency) VALUES ($1, 'weekly') RETURNING id::text`,
      [user],
    );
    await run();
    const bench = await createBench(database, '2026-03-10T08:59:30Z');
    await bench.source.nextDueInMs();
    await bench.drain();
    const ran = new Set(bench.calls.map(({ subscriptionId }) => subscriptionId));
    const expected = [rows.due, rows.never, rows.failed, rows.stuck, rows.unknown, rows.nothing, bare.rows[0]?.id];
    expect([...ran].sort()).toEqual([...expected].sort());
    expect(bench.calls[0]?.userId).toBe(String(user));
    expect((await rowOf(database, rows.unknown)).next_run_at).toEqual(new Date('2026-03-10T09:00:00Z'));
    expect(await ledgerOf(database, rows.due)).toMatchObject([{ outcome: 'completed', scheduled_for: new Date(DUE) }]);
    expect(await rowOf(database, rows.odd)).toMatchObject({ status: 'archived', next_run_at: new Date(DUE) });
  });

  it('get a processing row for what the host adds afterwards', async () => {
    await makeHostTables({ id: idType, userId });
    await run();
    await database.pool.query(`INSERT INTO subscriptions (user_id, active) VALUES ($1, true), ($1, false)`, [user]);
    const count = async (): Promise<number> =>
      (await database.pool.query('SELECT FROM subscription_processing')).rowCount ?? 0;
    expect(await count()).toBe(1);
    await database.pool.query('UPDATE subscriptions SET active = true');
    expect(await count()).toBe(2);
    await database.pool.query(`
      BEGIN;
      INSERT INTO subscriptions (user_id) VALUES ('${user}');
      INSERT INTO subscription_processing (subscription_id, next_run_at)
        SELECT s.id, '2030-01-01' FROM subscriptions s WHERE NOT EXISTS (
          SELECT FROM subscription_processing p WHERE p.subscription_id = s.id);
      COMMIT`);
    expect(await count()).toBe(3);
  });
});

it('of two processing rows the newest is live, before and after', async () => {
  await makeHostTables();
  const id = await addHostRow(USER, { next: '2026-03-10T07:00:00Z' });
  await database.pool.query(
    `INSERT INTO subscription_processing (subscription_id, next_run_at, created_at) VALUES ($1, $2, '2026-03-02T10:00:00Z')`,
    [id, DUE],
  );
  await run();
  const live = async (): Promise<unknown[]> =>
    (
      await database.pool.query<{ next_run_at: Date }>(
        `SELECT next_run_at FROM subscription_processing WHERE runnable AND NOT superseded`,
      )
    ).rows.map(({ next_run_at }) => next_run_at);
  expect(await live()).toEqual([new Date(DUE)]);
  await database.pool.query(
    `INSERT INTO subscription_processing (subscription_id, next_run_at) VALUES ($1, '2026-03-10T08:00:00Z')`,
    [id],
  );
  expect(await live()).toEqual([new Date('2026-03-10T08:00:00Z')]);
  await database.pool.query(`UPDATE subscription_processing SET status = 'archived' WHERE NOT superseded`);
  expect(await api().status()).toMatchObject({ irregular: { superseded: 2, unknown_status: 1 } });
});

it('new ones are made through our API the way the host makes its ids', async () => {
  await database.pool.query(`
    CREATE TABLE subscriptions (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL, frequency text, active boolean,
      plan text NOT NULL DEFAULT 'basic' CHECK (plan <> ''), CHECK (user_id > 0))`);
  await run();
  await database.pool.query(`INSERT INTO subscriptions (user_id, active) VALUES (7, true)`);
  const made = await api().create({ userId: 8, schedule: { frequency: 'weekly', dayOfWeek: 1 } });
  expect(made).toMatchObject({ id: '2', userId: '8', status: 'pending' });
  expect(await api().list({ userId: '8' })).toMatchObject({ items: [{ id: '2' }] });
  for (const userId of ['not a number', -1]) {
    await expect(api().create({ userId })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  }
  await expect(api().get('not a number')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(api().get('99')).rejects.toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
});

it('changes no value of the host and finds nothing to do a second time', async () => {
  await makeHostTables({ id: 'bigint' });
  for (const status of ['pending', 'completed', 'failed', 'processing']) await addHostRow(USER, { status, next: DUE });
  const columns = 'p.id, p.status, p.next_run_at, p.last_run_at, p.error, p.metadata, p.created_at, p.updated_at, s.*';
  const read = async (): Promise<unknown[]> => {
    const sql = `SELECT ${columns} FROM subscription_processing p JOIN subscriptions s ON s.id = p.subscription_id ORDER BY p.id`;
    return (await database.pool.query(sql)).rows;
  };
  const before = await read();
  await run();
  expect(await read()).toMatchObject(before);
  expect(await run()).toEqual({ applied: [], functions: [], notes: [] });
});

describe('is refused, with what to do and nothing changed, when', () => {
  const cases: [string, () => Promise<unknown>, RegExp][] = [
    [
      'a time has no zone',
      () => makeHostTables({ timestamps: 'timestamp' }),
      /subscription_processing\.next_run_at is a timestamp without time zone.*AT TIME ZONE/,
    ],
    [
      'the status is an enum',
      async () => {
        await database.pool.query(`CREATE TYPE state AS ENUM ('pending', 'processing', 'completed', 'failed')`);
        await makeHostTables({ status: `state NOT NULL DEFAULT 'pending'` });
      },
      /subscription_processing\.status is the enum state/,
    ],
    [
      'a check constraint lacks our statuses',
      () =>
        makeHostTables({
          more: `, CONSTRAINT known CHECK (status IN ('pending', 'processing', 'completed', 'failed'))`,
        }),
      /subscription_processing\.status has the check constraint known, which refuses 'suspended'/,
    ],
    [
      'a column of ours has another type',
      () => makeHostTables({ more: ', attempt text' }),
      /subscription_processing\.attempt has the type text, but must be integer/,
    ],
    [
      'a column that we cannot fill is required',
      () => makeHostTables({ more: ', batch_no int NOT NULL' }),
      /subscription_processing\.batch_no is NOT NULL without a default/,
    ],
    [
      'the status is too short',
      () => makeHostTables({ status: 'varchar(8)' }),
      /subscription_processing\.status holds 8 characters/,
    ],
    [
      'subscriptions is a view',
      () => database.pool.query(`CREATE VIEW subscriptions AS SELECT 1 AS id, true AS active`),
      /subscriptions must be an ordinary table/,
    ],
    [
      'only one of the two is there',
      () =>
        database.pool.query(
          `CREATE TABLE subscription_processing (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), subscription_id uuid)`,
        ),
      /subscriptions is not in the search path/,
    ],
    [
      'columns stand there in camelCase',
      () =>
        database.pool.query(`
          CREATE TABLE subscriptions (id bigserial PRIMARY KEY, "userId" bigint, frequency text, active boolean);
          CREATE TABLE subscription_processing (
            id bigserial PRIMARY KEY, subscription_id bigint REFERENCES subscriptions (id), "nextRunAt" timestamptz)`),
      /subscriptions\."userId" would be ignored.* TO user_id\); subscription_processing\."nextRunAt" .* TO next_run_at\)/,
    ],
    [
      'nothing says whose a processing row is',
      () =>
        database.pool.query(`
          CREATE TABLE subscriptions (id bigserial PRIMARY KEY, user_id bigint, frequency text, active boolean);
          CREATE TABLE subscription_processing (id bigserial PRIMARY KEY, sub bigint)`),
      /subscription_processing\.subscription_id must exist/,
    ],
    [
      'the key is no key',
      () => database.pool.query(`CREATE TABLE subscriptions (id uuid, user_id text, frequency text, active boolean)`),
      /subscriptions\.id must exist and be the primary key/,
    ],
  ];
  it.each(cases)('%s', async (_name, make, message) => {
    await make();
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_REFUSED', message: expect.stringMatching(message) });
    const { rows } = await database.pool.query(`SELECT to_regclass('punctual.scheduler_instances') AS ours`);
    expect(rows).toEqual([{ ours: null }]);
  });

  it('but not for a column in camelCase beside the one that we look for', async () => {
    await makeHostTables({ more: ', "nextRunAt" timestamptz' });
    await expect(run()).resolves.toMatchObject({ applied: expect.arrayContaining(['subscriptions/0001_tables']) });
  });

  it('but not for a constraint that admits them', async () => {
    await makeHostTables({
      more: `, CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'suspended', 'archived') OR error IS NOT NULL)`,
    });
    await expect(run()).resolves.toMatchObject({ applied: expect.arrayContaining(['subscriptions/0001_tables']) });
  });
});
