// Three roles: one migrates and owns the tables, one runs the scheduler without rights on tables of the host, one is the application.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { createScheduler } from '../../../src/compose/create-scheduler.js';
import { migrate } from '../../../src/compose/database/migrate.js';
import { grantsFor } from '../../../src/db/grants.js';
import { analytics } from '../../../src/modules/analytics/index.js';
import { upkeep } from '../../../src/modules/upkeep/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { pass, statsOf } from './analytics-kit.js';

const modules = [upkeep(), analytics()];
const mark = randomBytes(4).toString('hex');
const [owner, runner, application] = [`owner_${mark}`, `runner_${mark}`, `application_${mark}`];
const roles = [owner, runner, application];
let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
  await database.pool.query(`${roles.map((role) => `CREATE ROLE ${role} LOGIN`).join('; ')};
    CREATE SCHEMA punctual AUTHORIZATION ${owner}; GRANT CREATE ON SCHEMA public TO ${owner};
    REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
});
afterEach(async () => {
  await database.pool.query(roles.map((role) => `DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`).join('; '));
  await database.close();
});

const urlAs = (role: string): string => Object.assign(new URL(database.url), { username: role }).href;
async function as<T>(role: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: urlAs(role) });
  await client.connect();
  return work(client).finally(() => client.end());
}

it('cleans and counts with rights in its own schema only', async () => {
  await migrate({ connectionString: urlAs(owner), subscriptions: false, modules });
  await as(owner, async (client) => {
    for (const sql of grantsFor({ schema: 'punctual', role: runner, tables: null })) await client.query(sql);
    await client.query(`GRANT INSERT, UPDATE ON page_visits, verification_codes, teams, users TO ${application};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${application}`);
  });
  await as(application, (client) =>
    client.query(`INSERT INTO teams (id) VALUES (7); INSERT INTO users (id, team_id) VALUES (1, 7);
      INSERT INTO page_visits (user_id, visited_at) VALUES (1, '2020-03-08 12:00Z'), (1, '2020-03-09 12:00Z');
      INSERT INTO verification_codes (created_at) VALUES ('2020-01-01')`),
  );
  const scheduler = createScheduler({
    ...{ databaseUrl: urlAs(runner), migrate: false, enabled: false, subscriptions: false, batchCron: null },
    ...{ modules, queue: { worker: false } },
  });
  await scheduler.start();
  expect(await pass(scheduler, 'cleanup')).toEqual({
    cleaned_count: 3,
    tables: { verification_codes: 1, oauth_states: 0, page_visits: 2 },
  });
  expect(await pass(scheduler)).toEqual({ aggregated_teams: 1, days: 2 });
  await scheduler.stop({ graceMs: 0 });
  expect(await statsOf(database, '7')).toEqual({ '2020-03-08': 1, '2020-03-09': 1 });
  await expect(as(runner, (client) => client.query('SELECT FROM page_visits'))).rejects.toThrow('permission denied');
});
