// A year of digests in five zones at three times: exactly one for each local day, except where a policy says otherwise.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { startManually, type DigestTest } from '../scheduled.js';

const ZONES = ['America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kathmandu', 'Pacific/Apia'];
const TIMES = ['02:30', '09:00', '23:59'];
const FROM = new Date('2026-01-01T00:00:00Z');
const WEEKS = 53;
const WEEK_MS = 7 * 86_400_000;

let database: TestDatabase;
let test: DigestTest;
const sql = async (text: string, values: unknown[] = []) => (await database.db.query(text, values)).rows;

beforeAll(async () => {
  database = await createEmptyDatabase();
  test = await startManually(database, FROM);
});
afterAll(async () => {
  await test.stop();
  await database.close();
});

/** Local days on which not exactly one digest came, with how many did. */
async function oddDays(group: string): Promise<string[]> {
  const rows = await sql(
    `WITH sent AS (
       SELECT s.timezone, s.delivery_time, (r.scheduled_for AT TIME ZONE s.timezone)::date AS day
       FROM {schema}.digest_schedules s JOIN {schema}.row_runs r ON r.schedule = 'digests' AND r.row_key = s.id::text
       WHERE s.group_id = $1 AND r.outcome = 'completed'
     ), days AS (
       SELECT s.timezone, s.delivery_time, d::date AS day
       FROM {schema}.digest_schedules s, generate_series(date '2026-01-02', date '2026-12-30', interval '1 day') d WHERE s.group_id = $1
     )
     SELECT d.timezone || ' ' || d.delivery_time || ' ' || d.day || ': ' || count(sent.day) AS odd
     FROM days d LEFT JOIN sent USING (timezone, delivery_time, day)
     GROUP BY d.timezone, d.delivery_time, d.day HAVING count(sent.day) <> 1 ORDER BY 1`,
    [group],
  );
  return rows.map((row) => (row as { odd: string }).odd);
}

it('is one digest for each local day', async () => {
  await sql(`INSERT INTO {schema}.recipients (email) VALUES ('ada@example.com')`);
  await sql(
    `INSERT INTO {schema}.updates (group_id, created_at)
     SELECT g, $1::timestamptz + n * interval '1 hour' FROM generate_series(0, 9000) n, unnest(ARRAY['shift', 'skip']) g`,
    [FROM],
  );
  // several schedules of one recipient and group: the table of a host that allows them
  await sql('DROP INDEX {schema}.punctual_digest_schedules_one');
  await sql(
    `INSERT INTO {schema}.digest_schedules
       (recipient_id, group_id, timezone, delivery_time, max_updates_per_digest, misfire, dst_gap, dst_overlap)
     SELECT (SELECT id::text FROM {schema}.recipients), p.gap, z, t, 1, 'all', p.gap, p.overlap
     FROM unnest($1::text[]) z, unnest($2::text[]) t, (VALUES ('shift', 'first'), ('skip', 'both')) AS p (gap, overlap)`,
    [ZONES, TIMES],
  );
  await test.manual.runDue();
  // a week at a time, each occurrence of which is planned for itself
  for (let week = 1; week <= WEEKS; week += 1) {
    test.clock.set(new Date(FROM.getTime() + week * WEEK_MS));
    await test.manual.runDue();
  }
  expect(await oddDays('shift')).toEqual([]);
  expect(await oddDays('skip')).toEqual([
    'Africa/Casablanca 02:30 2026-02-15: 2',
    'Africa/Casablanca 02:30 2026-03-22: 0',
    'America/New_York 02:30 2026-03-08: 0',
  ]);
  const [mails] = await sql(
    `SELECT count(*)::int AS mails, count(DISTINCT unique_key)::int AS keys FROM {schema}.notifications`,
  );
  const [runs] = await sql(`SELECT count(*)::int AS runs FROM {schema}.row_runs WHERE outcome = 'completed'`);
  expect(mails).toEqual({ mails: (runs as { runs: number }).runs, keys: (runs as { runs: number }).runs });
}, 180_000);
