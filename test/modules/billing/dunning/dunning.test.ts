// The ladder of mails to teams that are past due, by a clock that the test sets.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Scheduler } from '../../../../src/compose/create-scheduler.js';
import { readBillingLink } from '../../../../src/modules/billing/index.js';
import {
  createManualClock,
  createManualScheduler,
  type ManualClock,
  type ManualScheduler,
} from '../../../../src/scheduler/testing/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { acceptAll } from '../../notifications/people-app.js';
import { addPastDue, pass, SECRET, startDunning } from './dunning-kit.js';

const DAY_MS = 86_400_000;
/** Two days before the clocks of New York are set forward. */
const START = new Date('2026-03-05T20:00:00Z');
let database: TestDatabase;
let clock: ManualClock;
let scheduler: Scheduler;
let manual: ManualScheduler;

beforeEach(async () => {
  database = await createEmptyDatabase();
  clock = createManualClock(START);
  scheduler = await startDunning(database, { transport: acceptAll(), clock });
  manual = createManualScheduler(scheduler, clock);
});
afterEach(async () => {
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

const sql = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
  (await database.db.query<R & Record<string, unknown>>(text, values)).rows;
/** Days with a pass of the batch at the end of each. What the passes came to, together. */
async function days(count: number): Promise<Record<string, number>> {
  const sum: Record<string, number> = {};
  const add = async (): Promise<void> => {
    for (const [name, value] of Object.entries(await pass(scheduler))) sum[name] = (sum[name] ?? 0) + Number(value);
  };
  await add();
  for (let day = 0; day < count; day += 1) {
    await manual.advance(DAY_MS);
    await add();
  }
  return sum;
}
/** Local times at which the ladder has mailed a team. */
const mailed = async (team: string): Promise<string[]> =>
  (
    await sql<{ at: string }>(
      `SELECT to_char(l.at AT TIME ZONE coalesce(t.timezone, 'UTC'), 'MM-DD HH24:MI') AS at
       FROM {schema}.billing_dunning_log l JOIN {schema}.billing_teams t ON t.id::text = l.team_id
       WHERE l.team_id = $1 AND l.sent > 0 ORDER BY l.id`,
      [team],
    )
  ).map(({ at }) => at);
const status = (team: string, to: string) =>
  sql('UPDATE {schema}.billing_teams SET stripe_subscription_status = $2 WHERE id = $1', [team, to]);

describe('a team that is past due', () => {
  it('gets its mails at 9:00 of its own zone on the days of the ladder, and no more', async () => {
    const newYork = await addPastDue(database, 'America/New_York', ['ada@example.com', 'bob@example.com']);
    const kathmandu = await addPastDue(database, 'Asia/Kathmandu', ['eve@example.com']);
    const healthy = await addPastDue(database, 'UTC', ['joe@example.com']);
    await status(healthy, 'active');
    expect(await days(20)).toEqual({ emails_sent: 12, failed_count: 0, skipped_count: 0 });
    const ladder = ['03-06 09:00', '03-09 09:00', '03-13 09:00', '03-20 09:00'];
    expect(await mailed(newYork)).toEqual(ladder);
    expect(await mailed(kathmandu)).toEqual(ladder);
    const mails = await sql<{ to_address: string; mails: number }>(
      `SELECT to_address, count(*)::int AS mails FROM {schema}.notifications WHERE notification_type = 'dunning'
       GROUP BY 1 ORDER BY 1`,
    );
    expect(mails).toEqual(['ada', 'bob', 'eve'].map((name) => ({ to_address: `${name}@example.com`, mails: 4 })));
    expect(await sql('SELECT dunning.punctual_state FROM {schema}.billing_dunning dunning')).toEqual([
      { punctual_state: 'ended' },
      { punctual_state: 'ended' },
    ]);
  });

  it('gets a link that is valid for 7 days, and the time of the mail is kept', async () => {
    const team = await addPastDue(database, 'America/New_York', ['ada@example.com']);
    await days(1);
    const [mail] = await sql<{ link: string }>(
      `SELECT template_data #>> '{action,url}' AS link FROM {schema}.notifications`,
    );
    const at = new Date('2026-03-06T14:00:00Z');
    expect(readBillingLink(mail?.link ?? '', SECRET, at)).toEqual({
      teamId: team,
      expiresAt: new Date(at.getTime() + 7 * DAY_MS),
    });
    expect(new URL(mail?.link ?? '').searchParams.get('from')).toBe('mail');
    const kept = `SELECT date_trunc('second', last_dunning_email_sent) AS at FROM {schema}.billing_teams`;
    expect(await sql(kept)).toEqual([{ at }]);
  });

  it('gets no more once it has paid, and the ladder begins anew when it is past due again', async () => {
    const team = await addPastDue(database, 'UTC', ['ada@example.com']);
    await days(2);
    await status(team, 'active');
    // before a pass of the batch has seen it
    await manual.advance(3 * DAY_MS);
    await days(5);
    expect(await mailed(team)).toEqual(['03-06 09:00']);
    await status(team, 'past_due');
    await days(4);
    expect(await mailed(team)).toEqual(['03-06 09:00', '03-16 09:00', '03-19 09:00']);
  });

  it('gets none within 3 days of another one', async () => {
    const team = await addPastDue(database, 'UTC', ['ada@example.com']);
    await sql('UPDATE {schema}.billing_teams SET last_dunning_email_sent = $1', [new Date('2026-03-05T12:00:00Z')]);
    await days(8);
    // on the 8th it would have been two hours and more too early; by the 9th the second step is due as well
    expect(await mailed(team)).toEqual(['03-09 09:00', '03-13 09:00']);
  });

  it('gets one mail after an outage, not one for each step', async () => {
    const team = await addPastDue(database, 'UTC', ['ada@example.com']);
    await days(1);
    clock.set(new Date('2026-03-14T10:30:00Z'));
    await manual.runDue();
    expect(await mailed(team)).toEqual(['03-06 09:00', '03-14 10:30']);
    await days(8);
    expect(await mailed(team)).toEqual(['03-06 09:00', '03-14 10:30', '03-20 09:00']);
  });
});

describe('admins who cannot be mailed', () => {
  it('are counted, and the others are mailed', async () => {
    await addPastDue(database, 'UTC', []);
    const team = await addPastDue(database, 'UTC', ['no address', 'ada@example.com', 'gone@example.com']);
    await sql(
      `INSERT INTO {schema}.notification_suppressions (address, reason) VALUES ('gone@example.com', 'hard_bounce')`,
    );
    expect(await days(1)).toEqual({ emails_sent: 1, failed_count: 1, skipped_count: 2 });
    expect(await mailed(team)).toEqual(['03-06 09:00']);
    const reasons = await sql('SELECT sent, failed, skipped, reason FROM {schema}.billing_dunning_log ORDER BY sent');
    expect(reasons).toEqual([
      { sent: 0, failed: 0, skipped: 1, reason: 'the team has no admin with an address' },
      { sent: 1, failed: 1, skipped: 1, reason: expect.stringContaining('to') },
    ]);
  });
});
