// Quiet hours in nights in which the clock changes, played through with the manual clock: nothing goes out while the recipient's own
// clock shows a time within the window, and all that waited goes out at its end. Mails of every half-hour, and digests.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { acceptAll, startManually, type DigestTest } from './scheduled.js';

const HOUR_MS = 3_600_000;
const STEP_MS = HOUR_MS / 2;
const WINDOW = ['22:00', '07:00'] as const;

/** Each with the instants at which the window of that night begins and ends, worked out by hand from the offsets. */
const NIGHTS = [
  ['New York, set forward', 'America/New_York', '2026-03-08T03:00:00Z', '2026-03-08T11:00:00Z'],
  ['New York, set back', 'America/New_York', '2026-11-01T02:00:00Z', '2026-11-01T12:00:00Z'],
  ['Lord Howe, set back by half an hour', 'Australia/Lord_Howe', '2026-04-04T11:00:00Z', '2026-04-04T20:30:00Z'],
  ['Lord Howe, set forward by half an hour', 'Australia/Lord_Howe', '2026-10-03T11:30:00Z', '2026-10-03T20:00:00Z'],
  ['Casablanca, set back for Ramadan', 'Africa/Casablanca', '2026-02-14T21:00:00Z', '2026-02-15T07:00:00Z'],
  ['Casablanca, set forward after it', 'Africa/Casablanca', '2026-03-21T22:00:00Z', '2026-03-22T06:00:00Z'],
] as const;

let database: TestDatabase;
let test: DigestTest;
/** Subjects with the instants at which they went out. */
let sent: [subject: string, at: number][] = [];
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.close());
beforeEach(() => void (sent = []));
afterEach(async () => {
  await test.stop();
  await database.db.query(
    'TRUNCATE {schema}.recipients, {schema}.updates, {schema}.digest_schedules, {schema}.notifications CASCADE',
  );
});

const begin = async (at: Date): Promise<void> => {
  const transport = acceptAll((subject) => sent.push([subject, test.clock.now().getTime()]));
  test = await startManually(database, at, {}, transport);
};

/** Goes forward in half-hours, working on the jobs that are due at each. */
async function advanceTo(until: number): Promise<void> {
  for (let at = test.clock.now().getTime(); at <= until; at += STEP_MS) {
    await test.manual.advanceTo(new Date(at));
    await test.scheduler.queue.worker.workOnce({ closing: new AbortController().signal });
  }
}

async function addRecipient(zone: string): Promise<string> {
  const { rows } = await database.db.query<{ id: string }>(
    `INSERT INTO {schema}.recipients (email, timezone, quiet_hours) VALUES ('ada@example.com', $1, $2) RETURNING id::text`,
    [zone, JSON.stringify({ daily: [WINDOW] })],
  );
  return rows[0]!.id;
}

/** What the recipient's clock shows. */
const clockOf = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
const isWithin = (clock: string): boolean => clock >= WINDOW[0] || clock < WINDOW[1];

describe.each(NIGHTS)('%s', (_, zone, from, to) => {
  const [quietFrom, quietUntil] = [Date.parse(from), Date.parse(to)];
  const start = quietFrom - 2 * HOUR_MS;

  it('mails wait for the end of the window, and no longer', async () => {
    await begin(new Date(start));
    const recipientId = await addRecipient(zone);
    const steps = Array.from({ length: 30 }, (_step, index) => start + index * STEP_MS);
    const send = (at: number) => {
      const subject = new Date(at).toISOString();
      return test.notifier.send({ recipientId, type: 'immediate', subject, scheduledFor: new Date(at) });
    };
    await Promise.all(steps.map(send));
    await advanceTo(steps.at(-1)! + HOUR_MS);
    expect(sent.filter(([, at]) => isWithin(clockOf(zone, at)))).toEqual([]);
    const due = steps.map((at) => [
      new Date(at).toISOString(),
      new Date(at >= quietFrom && at < quietUntil ? quietUntil : at).toISOString(),
    ]);
    const went = sent.map(([subject, at]) => [subject, new Date(at).toISOString()]).sort();
    expect(went).toEqual(due);
  });

  it('a digest of that night comes at the end of the window, one of the evening before at its own time', async () => {
    await begin(new Date(start));
    const recipientId = await addRecipient(zone);
    const { db } = database;
    await db.query(
      `INSERT INTO {schema}.updates (group_id, title, created_at) SELECT g, 'It is out', $1 FROM unnest($2::text[]) g`,
      [new Date(start - HOUR_MS), ['evening', 'night', 'gap']],
    );
    await db.query(
      `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone, delivery_time)
       SELECT $1, g, $2, t FROM (VALUES ('evening', '21:30'), ('night', '23:30'), ('gap', '02:30')) AS s (g, t)`,
      [recipientId, zone],
    );
    await advanceTo(quietUntil + HOUR_MS);
    expect(sent.map(([, at]) => new Date(at).toISOString()).sort()).toEqual(
      [quietFrom - STEP_MS, quietUntil, quietUntil].map((at) => new Date(at).toISOString()),
    );
  });
});
