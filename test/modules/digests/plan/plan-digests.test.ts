// Digests that fall due: one notification for each, in the transaction that advances the schedule, or a reason why there is none.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { ledger, plannedMails, startManually, type DigestTest } from '../scheduled.js';

let database: TestDatabase;
let test: DigestTest;
const START = new Date('2026-03-02T08:00:00Z');
const NINE = new Date('2026-03-02T09:00:00Z');
const at = (minutes: number, from = START): Date => new Date(from.getTime() + minutes * 60_000);

beforeAll(async () => {
  database = await createEmptyDatabase();
});
beforeEach(async () => {
  test = await startManually(database, START);
  await sql(`TRUNCATE {schema}.digest_schedules, {schema}.updates, {schema}.recipients, {schema}.notifications, {schema}.row_runs,
    {schema}.jobs, {schema}.notification_suppressions CASCADE`);
  await sql(`INSERT INTO {schema}.recipients (id, user_id, email) VALUES (gen_random_uuid(), 'u1', 'ada@example.com')`);
});
afterEach(() => test.stop());
afterAll(() => database.close());

const sql = async (text: string, values: unknown[] = []) => (await database.db.query(text, values)).rows;
/** As SQL of the host's own would: the scheduler plans it. */
const schedule = async (more = '') =>
  sql(
    `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone) SELECT id::text, 'g', 'UTC' FROM {schema}.recipients
     RETURNING id::text ${more}`,
  );
const update = (title: string, created: Date) =>
  sql(`INSERT INTO {schema}.updates (group_id, title, created_at) VALUES ('g', $1, $2)`, [title, created]);
const stored = async () =>
  (await sql('SELECT last_digest_sent, next_digest_scheduled FROM {schema}.digest_schedules'))[0];

describe('a digest that is due', () => {
  it('becomes one low-priority notification, and the schedule advances', async () => {
    const [row] = await schedule();
    await update('Hello', at(-10));
    await test.manual.advanceTo(at(1, NINE));
    const { id } = row as { id: string };
    expect(await plannedMails(database)).toMatchObject([
      { unique_key: `digest:${id}:${NINE.toISOString()}`, subject: 'Your daily digest: 1 update', titles: ['Hello'] },
    ]);
    // the manual clock stops within a millisecond
    expect(await stored()).toEqual({ last_digest_sent: expect.any(Date), next_digest_scheduled: at(24 * 60, NINE) });
    expect(await ledger(database)).toEqual([{ scheduled_for: NINE, outcome: 'completed', reason: null }]);
    const jobs = await sql(`SELECT type, priority, user_id FROM {schema}.jobs`);
    expect(jobs).toEqual([{ type: 'notification.email', priority: 3, user_id: 'u1' }]);
  });

  it('tells what is new since the one before, and nothing twice', async () => {
    await schedule();
    await update('first', at(-10));
    await test.manual.advanceTo(at(1, NINE));
    await update('second', at(2, NINE));
    await test.manual.advanceTo(at(24 * 60 + 1, NINE));
    await test.manual.advanceTo(at(48 * 60 + 1, NINE));
    expect((await plannedMails(database)).map(({ titles }) => titles)).toEqual([['first'], ['second']]);
    expect((await ledger(database)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['completed', null],
      ['completed', null],
      ['skipped', 'no updates'],
    ]);
  });

  it.each([
    ['the recipient was deleted', 'DELETE FROM {schema}.recipients'],
    ['the recipient is muted', `UPDATE {schema}.recipients SET muted_until = '2026-03-03T00:00:00Z'`],
    ['the recipient is muted', `UPDATE {schema}.recipients SET muted_until = 'infinity'`],
    ['the recipient has no address', `UPDATE {schema}.recipients SET email = NULL`],
    [
      'the recipient has switched digests off',
      `UPDATE {schema}.recipients SET preferences = '{"categories": {"digest": {"email": false}}}'`,
    ],
    [
      'the address is on the suppression list',
      `INSERT INTO {schema}.notification_suppressions (address, reason) VALUES ('ada@example.com', 'complaint')`,
    ],
  ])('is skipped because %s, and tells everything later', async (reason, change) => {
    await schedule();
    await update('Hello', at(-10));
    await sql(change);
    await test.manual.advanceTo(at(1, NINE));
    expect(await ledger(database)).toEqual([{ scheduled_for: NINE, outcome: 'skipped', reason }]);
    expect(await stored()).toEqual({ last_digest_sent: null, next_digest_scheduled: at(24 * 60, NINE) });
    expect(await sql(`SELECT FROM {schema}.jobs`)).toEqual([]);
  });

  it('is sent once, also when SQL of the host puts its time back', async () => {
    await schedule();
    await update('Hello', at(-10));
    await test.manual.advanceTo(at(1, NINE));
    await update('New', at(0, NINE));
    await sql('UPDATE {schema}.digest_schedules SET next_digest_scheduled = $1', [NINE]);
    await test.manual.runDue();
    expect(await plannedMails(database)).toHaveLength(1);
    expect(await ledger(database)).toEqual([
      { scheduled_for: NINE, outcome: 'completed', reason: 'it was sent before' },
    ]);
    await test.manual.advanceTo(at(24 * 60 + 1, NINE));
    expect((await plannedMails(database)).map(({ titles }) => titles)).toEqual([['Hello'], ['New']]);
  });

  it('of a schedule that makes no sense is not sent, and holds up no other', async () => {
    await schedule();
    await sql(
      `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, frequency, delivery_day, timezone)
       SELECT id::text, 'g', 'weekly', 9, 'UTC' FROM {schema}.recipients`,
    );
    await update('Hello', at(-10));
    await test.manual.advanceTo(at(1, NINE));
    expect(await plannedMails(database)).toHaveLength(1);
    const rows = await sql(
      `SELECT digest_state, digest_error FROM {schema}.digest_schedules WHERE frequency = 'weekly'`,
    );
    expect(rows).toEqual([{ digest_state: 'suspended', digest_error: expect.stringContaining('delivery_day') }]);
  });

  it('that was missed comes late, once, with everything until now', async () => {
    await schedule();
    await test.manual.runDue();
    await update('first', at(-10));
    await update('third day', at(50 * 60));
    test.clock.set(at(51 * 60));
    await test.manual.runDue();
    const mails = await plannedMails(database);
    expect(mails.map(({ titles }) => titles)).toEqual([['third day', 'first']]);
  });
});

describe('a recipient who moves in the night of a change of clocks', () => {
  it('has each digest at nine of wherever they are, one for each local day', async () => {
    await sql(`UPDATE {schema}.recipients SET timezone = 'Europe/Berlin'`);
    await sql(
      `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone) SELECT id::text, 'g', NULL FROM {schema}.recipients`,
    );
    await sql(`INSERT INTO {schema}.updates (group_id, created_at)
      SELECT 'g', timestamptz '2026-03-01T00:00:00Z' + n * interval '1 hour' FROM generate_series(0, 900) n`);
    await test.manual.advanceTo(new Date('2026-03-28T23:30:00Z'));
    // Berlin's clocks go forward at 01:00Z; at 00:30Z the recipient is in New York
    await test.manual.advanceTo(new Date('2026-03-29T00:30:00Z'));
    await sql(`UPDATE {schema}.recipients SET timezone = 'America/New_York'`);
    await test.manual.advanceTo(new Date('2026-03-31T00:00:00Z'));
    const times = (await ledger(database)).map(({ scheduled_for }) => scheduled_for.toISOString());
    expect(times.slice(-4)).toEqual([
      '2026-03-27T08:00:00.000Z',
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T13:00:00.000Z',
      '2026-03-30T13:00:00.000Z',
    ]);
  });
});

describe('create_digest_jobs()', () => {
  const call = async () => (await sql('SELECT {schema}.create_digest_jobs() AS n'))[0]?.n as number;

  it('returns how many digests are on their way, each once, and exactly those are sent', async () => {
    await sql(
      `INSERT INTO {schema}.recipients (id, email) SELECT gen_random_uuid(), n || '@example.com' FROM generate_series(1, 4) n`,
    );
    await sql(`UPDATE {schema}.recipients SET muted_until = 'infinity' WHERE email = '1@example.com'`);
    await sql(
      `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone, next_digest_scheduled, is_active)
       SELECT id::text, CASE email WHEN '2@example.com' THEN 'quiet' ELSE 'g' END, 'UTC', now() - interval '1 minute',
         email <> '3@example.com' FROM {schema}.recipients`,
    );
    await sql(
      `INSERT INTO {schema}.updates (group_id, title, created_at) VALUES ('g', 'Hello', now() - interval '1 hour')`,
    );
    expect([await call(), await call()]).toEqual([2, 0]);
    test.clock.set(new Date((await sql('SELECT now() AS now'))[0]?.now as Date));
    await test.manual.runDue();
    expect(await plannedMails(database)).toHaveLength(2);
    expect(await call()).toBe(0);
  });
});
