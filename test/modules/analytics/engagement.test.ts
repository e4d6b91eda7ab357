// The weekly mail, by a clock that the test sets: whom it goes to, when, and when there is none.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Scheduler } from '../../../src/compose/create-scheduler.js';
import type { AnalyticsOptions } from '../../../src/modules/analytics/index.js';
import { notifications } from '../../../src/modules/notifications/index.js';
import {
  createManualClock,
  createManualScheduler,
  type ManualClock,
  type ManualScheduler,
} from '../../../src/scheduler/testing/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { acceptAll } from '../notifications/people-app.js';
import { pass, startAnalytics, visit } from './analytics-kit.js';

const DAY_MS = 86_400_000;
/** Passes a day. */
const PASSES = 4;
/** The Thursday before the clocks of New York are set forward. */
const START = new Date('2026-03-05T12:00:00Z');
let database: TestDatabase;
let clock: ManualClock;
let scheduler: Scheduler;
let manual: ManualScheduler;
beforeEach(async () => {
  database = await createEmptyDatabase();
  clock = createManualClock(START);
});
afterEach(async () => {
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

async function start(
  options?: AnalyticsOptions,
  modules = [notifications({ from: 'shop@shop.example', transport: acceptAll() })],
): Promise<void> {
  scheduler = await startAnalytics(database, { clock, modules, ...(options ? { options } : {}) });
  manual = createManualScheduler(scheduler, clock);
}

const sql = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
  (await database.db.query<R & Record<string, unknown>>(text, values)).rows;

/** A team with visits today, and people: admins have a name in capitals. */
async function addCrew(timezone: string, people: readonly string[]): Promise<{ id: string; users: string[] }> {
  const [team] = await sql<{ id: string }>(
    `INSERT INTO teams (name, timezone) VALUES ('Crew', $1) RETURNING id::text`,
    [timezone],
  );
  const users: string[] = [];
  for (const name of people) {
    const [user] = await sql<{ id: string }>(
      `INSERT INTO users (team_id, name, email, is_admin) VALUES ($1, $2, lower($2) || '@example.com', $2 = upper($2)) RETURNING id::text`,
      [team?.id, name],
    );
    users.push(user?.id ?? '');
  }
  await visit(database, users[0] ?? '', clock.now().toISOString());
  return { id: team?.id ?? '', users };
}

/** Days with passes of `analytics`. */
async function days(count: number): Promise<void> {
  await pass(scheduler);
  for (let done = 0; done < count * PASSES; done += 1) {
    await manual.advance(DAY_MS / PASSES);
    await pass(scheduler);
    await manual.runDue();
  }
}

const mails = () =>
  sql<{ to: string | null; at: string; subject: string; body: string }>(
    `SELECT coalesce(to_address, recipient_id) AS to, template_data ->> 'body' AS body, template_data #>> '{action,url}' AS url
     FROM {schema}.notifications WHERE notification_type = 'engagement' ORDER BY id`,
  );
const ledger = () =>
  sql<{ key: string; outcome: string }>(
    `SELECT row_key AS key, outcome, to_char(scheduled_for AT TIME ZONE 'UTC', 'MM-DD HH24:MI') AS at, reason
     FROM {schema}.row_runs WHERE schedule = 'engagement-week' ORDER BY scheduled_for, row_key`,
  );

it('goes to the admins of each team at 9:00 on Monday in its zone, once, and not after a week without visits', async () => {
  await start({ statsUrl: 'https://shop.example/teams/{team}' });
  const newYork = await addCrew('America/New_York', ['ADA', 'bob', 'EVE']);
  const tokyo = await addCrew('Asia/Tokyo', ['KEN']);
  await days(4.25);
  const body =
    'Crew had 1 visit from 2 March to 8 March 2026, after a week without any.\n\nThe busiest day was Thursday 5 March, with 1 visit.';
  expect(await mails()).toEqual([
    { to: 'ken@example.com', body, url: `https://shop.example/teams/${tokyo.id}` },
    { to: 'ada@example.com', body, url: `https://shop.example/teams/${newYork.id}` },
    { to: 'eve@example.com', body, url: `https://shop.example/teams/${newYork.id}` },
  ]);
  expect(await ledger()).toMatchObject([
    { key: tokyo.id, outcome: 'completed', at: '03-09 00:00' },
    { key: newYork.id, outcome: 'completed', at: '03-09 13:00' },
  ]);
  expect(await pass(scheduler, 'engagement_emails')).toEqual({ emails_sent: 3, skipped_count: 0 });
  await days(7);
  expect(await mails()).toHaveLength(3);
  expect(await pass(scheduler, 'engagement_emails')).toEqual({ emails_sent: 0, skipped_count: 2 });
});

it('is not sent to those who want none, and the others get it', async () => {
  await start({ engagementEmails: 'members' });
  const { users } = await addCrew('UTC', ['ADA', 'bob', 'eve', 'joe', 'kim']);
  const [ada, bob, eve] = users;
  await sql(
    `INSERT INTO {schema}.recipients (user_id, email, preferences, muted_until) VALUES
       ($1, 'ADA@example.com', '{"categories": {"engagement": {"email": false}}}', NULL),
       ($2, 'bob@example.com', NULL, '2026-04-01Z'), ($3, 'eve@example.com', NULL, NULL), ($3, 'granny@example.com', NULL, NULL)`,
    [ada, bob, eve],
  );
  await sql(
    `INSERT INTO {schema}.notification_suppressions (address, category, reason) VALUES ('joe@example.com', 'engagement', 'unsubscribe')`,
  );
  await days(4);
  const [recipient] = await sql<{ id: string }>(
    `SELECT id::text FROM {schema}.recipients WHERE email = 'eve@example.com'`,
  );
  const sent = await sql<{ to: string; status: string }>(
    `SELECT coalesce(to_address, recipient_id) AS to, status FROM {schema}.notifications WHERE status <> 'cancelled' ORDER BY 1`,
  );
  expect(sent.map(({ to }) => to).sort()).toEqual([recipient?.id, 'kim@example.com'].sort());
  expect(await pass(scheduler, 'engagement_emails')).toEqual({ emails_sent: 2, skipped_count: 3 });
});

it('waits for the count of the week', async () => {
  await start();
  await addCrew('UTC', ['ADA']);
  await pass(scheduler);
  await manual.advanceTo(new Date('2026-03-09T09:00:30Z'));
  expect(await mails()).toEqual([]);
  const [row] = await sql<{ error: string }>('SELECT punctual_error AS error FROM {schema}.analytics_engagement');
  expect(row?.error).toContain('not been counted completely yet');
  await pass(scheduler);
  await manual.advance(10 * 60_000);
  expect(await mails()).toHaveLength(1);
});

it('says what is missing', async () => {
  await start({ engagementEmails: false }, []);
  expect(await pass(scheduler, 'engagement_emails')).toEqual({
    ...{ skipped: 'not_configured', missing: ['ENGAGEMENT_EMAILS', 'SMTP_URL'] },
  });
  expect(await pass(scheduler)).toMatchObject({ aggregated_teams: 0 });
});
