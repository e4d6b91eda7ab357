// Visits for each team and day: late, twice, moved about, around midnight and changes of the clock.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Scheduler } from '../../../src/compose/create-scheduler.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { addTeam, expected, pass, startAnalytics, statsOf, stored, visit } from './analytics-kit.js';

let database: TestDatabase;
let scheduler: Scheduler;
beforeAll(async () => {
  database = await createEmptyDatabase();
  scheduler = await startAnalytics(database);
});
beforeEach(() =>
  database.pool.query(
    `TRUNCATE teams, users, page_visits, page_visits_archive, punctual.team_stats_daily, punctual.analytics_changes`,
  ),
);
afterAll(async () => {
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

describe('days', () => {
  it('are those of the team, around midnight and through a change of the clock', async () => {
    const newYork = await addTeam(database, 'America/New_York');
    const kathmandu = await addTeam(database, 'Asia/Kathmandu');
    const nowhere = await addTeam(database, 'Mars/Phobos');
    const times = [
      ...['2026-03-08T04:59:59Z', '2026-03-08T05:00:00Z', '2026-03-08T06:59:59Z', '2026-03-08T07:00:00Z'],
      ...['2026-03-09T03:59:59.999Z', '2026-03-09T04:00:00Z', '2026-03-08T18:14:59Z', '2026-03-08T18:15:00Z'],
    ];
    for (const { users } of [newYork, kathmandu, nowhere]) await visit(database, users[0] ?? '', ...times);
    expect(await pass(scheduler)).toEqual({ aggregated_teams: 3, days: 7 });
    expect(await statsOf(database, newYork.id)).toEqual({ '2026-03-07': 1, '2026-03-08': 6, '2026-03-09': 1 });
    expect(await statsOf(database, kathmandu.id)).toEqual({ '2026-03-08': 5, '2026-03-09': 3 });
    expect(await statsOf(database, nowhere.id)).toEqual({ '2026-03-08': 6, '2026-03-09': 2 });
    expect(await pass(scheduler)).toEqual({ aggregated_teams: 0, days: 0 });
  });

  it('are counted again in the new zone when the team moves to another one', async () => {
    const team = await addTeam(database, 'America/New_York', 2);
    await visit(database, team.users[0] ?? '', '2026-03-08T03:00:00Z', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z');
    await pass(scheduler);
    expect(await statsOf(database, team.id)).toEqual({ '2026-03-07': 1, '2026-11-01': 2 });
    await database.pool.query(`UPDATE teams SET timezone = 'Asia/Tokyo'`);
    expect(await pass(scheduler)).toEqual({ aggregated_teams: 1, days: 2 });
    expect(await statsOf(database, team.id)).toEqual({ '2026-03-08': 1, '2026-11-01': 2 });
    expect(await stored(database)).toEqual(await expected(database));
  });

  it('follow a user to another team', async () => {
    const from = await addTeam(database, 'UTC', 2);
    const to = await addTeam(database, 'Asia/Tokyo', 1);
    for (const user of [...from.users, ...to.users]) await visit(database, user, '2026-03-08T03:00:00Z');
    await pass(scheduler);
    await database.pool.query('UPDATE users SET team_id = $1 WHERE id = $2', [to.id, from.users[0]]);
    await pass(scheduler);
    expect(await statsOf(database, from.id)).toEqual({ '2026-03-08': 1 });
    expect(await statsOf(database, to.id)).toEqual({ '2026-03-08': 2 });
    await database.pool.query('UPDATE users SET team_id = NULL WHERE id = $1', [from.users[1]]);
    await pass(scheduler);
    expect(await statsOf(database, from.id)).toEqual({});
  });

  it('are right after a visit was given another time or user', async () => {
    const [one, two] = [await addTeam(database, 'UTC'), await addTeam(database, 'UTC')];
    await visit(database, one.users[0] ?? '', '2026-03-08T03:00:00Z', '2026-03-08T04:00:00Z');
    await pass(scheduler);
    await database.pool.query(
      `UPDATE page_visits SET visited_at = '2026-03-10Z' WHERE visited_at = '2026-03-08 03:00Z'`,
    );
    await database.pool.query(`UPDATE page_visits SET user_id = $1 WHERE visited_at = '2026-03-08 04:00Z'`, [
      two.users[0],
    ]);
    await pass(scheduler);
    expect(await statsOf(database, one.id)).toEqual({ '2026-03-10': 1 });
    expect(await statsOf(database, two.id)).toEqual({ '2026-03-08': 1 });
    // another column is no reason to count again
    await database.pool.query('UPDATE page_visits SET id = id');
    expect(await pass(scheduler)).toEqual({ aggregated_teams: 0, days: 0 });
  });
});

describe('visits', () => {
  it('are not refused for odd times and users', async () => {
    const { id, users } = await addTeam(database, 'UTC');
    await visit(database, users[0] ?? '', 'infinity', '-infinity', '0001-01-01', '9999-12-31', '2026-03-08T00:00:00Z');
    await visit(database, '987654321', '2026-03-08T00:00:00Z');
    await pass(scheduler);
    expect(await statsOf(database, id)).toEqual({ '2026-03-08': 1 });
    await database.pool.query(`UPDATE teams SET timezone = 'Asia/Tokyo'`);
    await pass(scheduler);
    expect(await statsOf(database, id)).toEqual({ '2026-03-08': 1 });
  });

  it('of a transaction that commits late are counted when it does, and the watermark does not pass it over', async () => {
    const { id, users } = await addTeam(database, 'UTC');
    const late = await database.pool.connect();
    await late.query('BEGIN');
    await late.query(`INSERT INTO page_visits (user_id, visited_at) VALUES ($1, '2026-03-08 10:00Z')`, [users[0]]);
    await visit(database, users[0] ?? '', '2026-03-08T11:00:00Z');
    await pass(scheduler);
    expect(await statsOf(database, id)).toEqual({ '2026-03-08': 1 });
    await late.query('COMMIT');
    late.release();
    await pass(scheduler);
    expect(await statsOf(database, id)).toEqual({ '2026-03-08': 2 });
  });

  it('that are older than the archive begins are counted there', async () => {
    const { id, users } = await addTeam(database, 'America/New_York');
    await visit(database, users[0] ?? '', '2020-03-08T12:00:00Z', '2020-03-08T13:00:00Z');
    await pass(scheduler);
    await pass(scheduler, 'cleanup');
    expect((await database.pool.query('SELECT FROM page_visits')).rowCount).toBe(0);
    expect(await statsOf(database, id)).toEqual({ '2020-03-08': 2 });
    // late, and archived before it is counted
    await visit(database, users[0] ?? '', '2020-03-08T14:00:00Z');
    await pass(scheduler, 'cleanup');
    await pass(scheduler);
    expect(await statsOf(database, id)).toEqual({ '2020-03-08': 3 });
    // one that was archived comes again, and is in both tables
    await database.pool.query('INSERT INTO page_visits SELECT * FROM page_visits_archive LIMIT 1');
    await pass(scheduler);
    expect(await statsOf(database, id)).toEqual({ '2020-03-08': 3 });
    expect(await stored(database)).toEqual(await expected(database));
  });

  it('that were there before the module are counted by its first passes', async () => {
    const fresh = await createEmptyDatabase();
    await fresh.pool.query(`
      CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), timezone varchar(40));
      CREATE TABLE users (id text PRIMARY KEY, team_id uuid REFERENCES teams, mail text);
      CREATE TABLE page_visits (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id text REFERENCES users, visited_at timestamptz);
      INSERT INTO teams (timezone) SELECT (ARRAY['Asia/Tokyo', 'America/New_York', 'UTC'])[n % 3 + 1] FROM generate_series(1, 50) n;
      INSERT INTO users SELECT 'u' || row_number() OVER (), id FROM teams;
      INSERT INTO page_visits (user_id, visited_at)
        SELECT 'u' || n % 50 + 1, '2026-01-01Z'::timestamptz + n * interval '37 minutes' FROM generate_series(1, 5000) n;`);
    const other = await startAnalytics(fresh, { modules: [] });
    expect(await pass(other)).toMatchObject({ aggregated_teams: 50 });
    expect(await stored(fresh)).toEqual(await expected(fresh));
    await other.stop({ graceMs: 0 });
    await fresh.close();
  });
});
