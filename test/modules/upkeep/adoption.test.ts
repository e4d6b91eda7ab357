// The host's own tables: adopted as they are, refused with what is wrong, and not cleaned when they are gone.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Scheduler } from '../../../src/compose/create-scheduler.js';
import type { UpkeepOptions } from '../../../src/modules/upkeep/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { pass, startUpkeep } from './upkeep-kit.js';

let database: TestDatabase;
const schedulers: Scheduler[] = [];
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(async () => {
  for (const scheduler of schedulers.splice(0)) await scheduler.stop({ graceMs: 0 });
  await database.close();
});
const start = async (options?: UpkeepOptions): Promise<Scheduler> => {
  const scheduler = await startUpkeep(database, options);
  schedulers.push(scheduler);
  return scheduler;
};

it('adopts tables with other names, types of ids, columns and partitions', async () => {
  await database.pool.query(`
    CREATE SCHEMA auth;
    CREATE TABLE auth.codes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text, created_at timestamp);
    CREATE INDEX mine ON auth.codes (created_at, code);
    CREATE TABLE oauth_states (id text PRIMARY KEY, expires_at timestamptz);
    CREATE TABLE page_visits (id uuid DEFAULT gen_random_uuid(), user_id uuid, visited_at timestamptz, path text NOT NULL,
      length int GENERATED ALWAYS AS (length(path)) STORED, PRIMARY KEY (id, visited_at)) PARTITION BY RANGE (visited_at);
    CREATE TABLE visits_2020 PARTITION OF page_visits FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE TABLE visits_later PARTITION OF page_visits DEFAULT;
    INSERT INTO auth.codes (created_at) VALUES ('2020-01-01'), (now()), (NULL);
    INSERT INTO oauth_states VALUES ('a', '-infinity'), ('b', 'infinity'), ('c', NULL);
    INSERT INTO page_visits (user_id, visited_at, path) VALUES (gen_random_uuid(), '2020-05-05', '/a'), (gen_random_uuid(), now(), '/b');`);
  const scheduler = await start({ tables: { verificationCodes: 'auth.codes' } });
  expect(await pass(scheduler)).toEqual({
    cleaned_count: 3,
    tables: { verification_codes: 1, oauth_states: 1, page_visits: 1 },
  });
  const { rows } = await database.pool.query(
    `SELECT path, length, (SELECT count(*)::int FROM pg_indexes WHERE tablename = 'codes') AS indexes FROM page_visits_archive`,
  );
  expect(rows).toEqual([{ path: '/a', length: 2, indexes: 2 }]);
});

it.each([
  [
    'page_visits (id bigint PRIMARY KEY, user_id bigint, visited_at date)',
    /visited_at must be of type timestamp with time zone or timestamp without time zone, but is date/,
  ],
  ['oauth_states (id bigint, expires_at timestamptz)', /no unique index that begins with its column id/],
  [
    'verification_codes (id bigint PRIMARY KEY)',
    /verification_codes cannot be adopted for upkeep: it has no column created_at/,
  ],
])('refuses %s', async (table, message) => {
  await database.pool.query(`CREATE TABLE ${table}`);
  await expect(start()).rejects.toThrow(message);
  const { rows } = await database.pool.query(`SELECT FROM pg_views WHERE viewname LIKE 'upkeep%'`);
  expect(rows).toEqual([]);
});

it('cleans only what it is told to, and is disabled when there is nothing', async () => {
  const some = await start({ clean: ['oauth_states'], pageVisitsKeepDays: 1 });
  expect(await pass(some)).toEqual({ cleaned_count: 0, tables: { oauth_states: 0 } });
  const none = await start({ clean: [] });
  expect(await pass(none)).toEqual({ skipped: 'not_configured', missing: ['CLEANUP_TABLES'] });
});

it('leaves tables out that the host has dropped', async () => {
  await start();
  await database.pool.query('DROP TABLE oauth_states CASCADE');
  const scheduler = await start();
  expect(await pass(scheduler)).toEqual({ cleaned_count: 0, tables: { verification_codes: 0, page_visits: 0 } });
  const parts = await scheduler.modules?.health();
  expect(parts).toMatchObject([
    { name: 'upkeep', status: 'degraded', message: expect.stringContaining('oauth_states') },
  ]);
  await database.pool.query('DROP TABLE verification_codes, page_visits CASCADE');
  const later = await start();
  expect(await pass(later)).toEqual({
    skipped: 'not_configured',
    missing: ['verification_codes', 'oauth_states', 'page_visits'],
  });
});
