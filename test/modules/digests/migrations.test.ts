// The tables of digests: made anew, and beside a host's own in each of the shapes that they may have.
import { afterEach, describe, expect, it } from '@jest/globals';
import { migrate } from '../../../src/compose/database/migrate.js';
import { digests, type DigestsOptions } from '../../../src/modules/digests/index.js';
import { createEmptyDatabase } from '../../support/database.js';
import { migratedDatabase, modulesOf, type MigratedDatabase } from './support.js';

let database: MigratedDatabase | undefined;
afterEach(async () => {
  await database?.close();
  database = undefined;
});

const made = async (statements: string[] = [], options: DigestsOptions = {}): Promise<MigratedDatabase> =>
  (database = await migratedDatabase(statements, options));

const RECIPIENTS = `CREATE TABLE recipients (id bigint PRIMARY KEY, user_id int, timezone text)`;

describe('digest schedules', () => {
  it('have a table of ours where the host has none', async () => {
    const { rows } = await made();
    await rows(`INSERT INTO {schema}.digest_schedules (recipient_id, group_id) VALUES ('7', 'g1')`);
    const found = await rows(
      'SELECT frequency, timezone, timezone_follows, is_active FROM {schema}.digest_schedule_rows',
    );
    expect(found).toEqual([{ frequency: 'daily', timezone: 'UTC', timezone_follows: true, is_active: true }]);
    await expect(
      rows(`INSERT INTO {schema}.digest_schedules (recipient_id, group_id) VALUES ('7', 'g1')`),
    ).rejects.toThrow('punctual_digest_schedules_one');
  });

  it('are the host’s own where it has them, and keep what they say', async () => {
    const { rows } = await made([
      RECIPIENTS,
      `CREATE TABLE digest_schedules (id serial PRIMARY KEY, recipient_id bigint NOT NULL, group_id uuid NOT NULL,
         frequency varchar(20), delivery_time time, delivery_day int, timezone varchar(64), is_active boolean,
         include_content_types jsonb, last_digest_sent timestamptz, next_digest_scheduled timestamptz)`,
      `INSERT INTO digest_schedules (recipient_id, group_id, frequency, delivery_time, next_digest_scheduled)
       VALUES (7, '0190a0a0-0000-7000-8000-000000000001', 'weekly', '08:30', '2026-03-02T07:30:00Z')`,
    ]);
    const [row] = await rows(
      `SELECT id, delivery_time::text, timezone, next_digest_scheduled, dst_gap FROM {schema}.digest_schedule_rows`,
    );
    expect(row).toEqual({
      id: 1,
      delivery_time: '08:30:00',
      timezone: null,
      next_digest_scheduled: new Date('2026-03-02T07:30:00Z'),
      dst_gap: null,
    });
    expect(await rows(`SELECT to_regclass('{schema}.digest_schedules') AS ours`)).toEqual([{ ours: null }]);
    expect(await rows(`SELECT {schema}.to_digest_schedule_id('x') AS id`)).toEqual([{ id: null }]);
  });

  it('may have ids of any whole number, and those of recipients and groups too', async () => {
    const snowflake = '1795842330911023104';
    const { rows } = await made([
      'CREATE TABLE digest_schedules (id bigint PRIMARY KEY, recipient_id bigint NOT NULL, group_id bigint NOT NULL)',
      'CREATE TABLE updates (id bigint PRIMARY KEY, group_id bigint NOT NULL, created_at timestamptz NOT NULL)',
    ]);
    const ids = ['to_digest_schedule_id', 'to_digest_recipient_id', 'to_digest_group_id', 'to_update_group'];
    const read = (id: string) =>
      rows(`SELECT ARRAY[${ids.map((name) => `{schema}.${name}($1)`).join()}]::text[] AS ids`, [id]);
    expect(await read(snowflake)).toEqual([{ ids: ids.map(() => snowflake) }]);
    expect(await read('9223372036854775808')).toEqual([{ ids: ids.map(() => null) }]);
  });

  it('with doubles are adopted as they are', async () => {
    const { rows } = await made([
      'CREATE TABLE digest_schedules (id int PRIMARY KEY, recipient_id text, group_id text, frequency text)',
      `INSERT INTO digest_schedules SELECT n, '7', 'g1', 'daily' FROM generate_series(1, 2) n`,
    ]);
    expect(await rows('SELECT count(*)::int AS count FROM {schema}.digest_schedule_rows')).toEqual([{ count: 2 }]);
  });

  it.each([
    [
      '(id date, recipient_id text, group_id text)',
      'its column id must be of type uuid, bigint, integer or text, but is date',
    ],
    ['(id int, recipient_id text)', 'it has no column group_id'],
    [
      '(id int, recipient_id text, group_id text, delivery_time interval)',
      'must be of type text or time without time zone, but is interval',
    ],
    ['(id int, recipient_id text, group_id text, is_active int)', 'its column is_active must be of type boolean'],
    [
      '(id int, recipient_id text, group_id text, last_digest_sent timestamp)',
      'must be of type timestamp with time zone',
    ],
  ])('that cannot be adopted are refused: %s', async (columns, message) => {
    await expect(made([`CREATE TABLE digest_schedules ${columns}`])).rejects.toThrow(message);
  });

  it('need notifications before them', async () => {
    const empty = await createEmptyDatabase();
    const migrated = migrate({ connectionString: empty.url, subscriptions: false, modules: [digests()] });
    await expect(migrated).rejects.toThrow('digests need recipients');
    await empty.close();
  });
});

describe('a zone that was not chosen', () => {
  it('is the recipient’s, also for rows of SQL, and moves with it', async () => {
    const { rows } = await made([RECIPIENTS, `INSERT INTO recipients VALUES (7, 1, 'Asia/Kathmandu'), (8, 1, NULL)`]);
    await rows(
      `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone)
       VALUES ('7', 'a', NULL), ('7', 'b', 'Asia/Tokyo'), ('8', 'a', NULL)`,
    );
    const zones = () =>
      rows('SELECT recipient_id || group_id AS who, timezone FROM {schema}.digest_schedule_rows ORDER BY 1');
    const of = (a: string, b: string, c: string) => [
      { who: '7a', timezone: a },
      { who: '7b', timezone: b },
      { who: '8a', timezone: c },
    ];
    expect(await zones()).toEqual(of('Asia/Kathmandu', 'Asia/Tokyo', 'UTC'));
    await rows(`UPDATE {schema}.notification_recipients SET timezone = 'Pacific/Apia'`);
    expect(await zones()).toEqual(of('Pacific/Apia', 'Asia/Tokyo', 'Pacific/Apia'));
  });
});

describe('updates', () => {
  const POSTS = `CREATE TABLE posts (no bigserial PRIMARY KEY, team uuid NOT NULL, kind text, headline varchar(100),
    written_at timestamptz NOT NULL DEFAULT now())`;
  const columns = { id: 'no', groupId: 'team', contentType: 'kind', title: 'headline', createdAt: 'written_at' };

  it('are the host’s, by the names of its own, which may change later', async () => {
    const { rows, url, pool } = await made([POSTS], { updates: { table: 'posts', columns } });
    const team = '0190a0a0-0000-7000-8000-000000000001';
    await pool.query('INSERT INTO posts (team, headline) VALUES ($1, $2)', [team, 'Hello']);
    const read = 'SELECT id, title, body FROM {schema}.digest_updates WHERE group_id = {schema}.to_update_group($1)';
    expect(await rows(read, [team])).toEqual([{ id: '1', title: 'Hello', body: null }]);

    await pool.query('ALTER TABLE posts ADD COLUMN words text, ADD COLUMN crew int NOT NULL DEFAULT 7');
    const changed = { updates: { table: 'posts', columns: { ...columns, groupId: 'crew', body: 'words' } } };
    await migrate({ connectionString: url, subscriptions: false, modules: modulesOf(changed) });
    expect(await rows(read, ['7'])).toEqual([{ id: '1', title: 'Hello', body: null }]);
  });

  it.each([
    [[POSTS], { table: 'posts', columns: { ...columns, body: 'wrds' } }, 'has no column wrds (for body)'],
    [[POSTS], { table: 'posts' }, 'has no column id (for id)'],
    [[], { table: 'posts' }, 'there is no table posts'],
    [['CREATE TABLE updates (id int, group_id int, created_at timestamp)'], {}, 'must be timestamp with time zone'],
  ])('that cannot be read are refused: %#', async (statements, updates, message) => {
    await expect(made(statements, { updates })).rejects.toThrow(message);
  });
});
