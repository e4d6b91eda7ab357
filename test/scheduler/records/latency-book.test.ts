// Times counted in memory reach the roll-ups once, are added up over instances, and are read by day and over a window.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { countOf } from '../../../src/base/latency-bins.js';
import { silentLogger } from '../../../src/base/logger.js';
import { readDailyLatencies, readLatencies } from '../../../src/db/engine/queries/records/latencies.js';
import { pruneHistory } from '../../../src/db/engine/queries/records/prune-history.js';
import { createLatencyBook, OTHER_NAMES } from '../../../src/scheduler/records/latency-book.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let at = new Date('2026-03-10T21:30:00Z');
const book = (db = database.db) => createLatencyBook(db, silentLogger, () => at);
const over = async (hours: number) =>
  (await readLatencies(database.db, { hours, subject: 'job', name: 'mail' }, at)).map(({ bins }) => countOf(bins));

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  at = new Date('2026-03-10T21:30:00Z');
  await database.pool.query('TRUNCATE punctual.scheduler_latencies');
});
afterAll(() => database.close());

it('two instances add to one row, each time once', async () => {
  const [one, other] = [book(), book()];
  one.of('job', 'mail').wait.observe(3);
  await one.flush();
  other.of('job', 'mail').wait.observe(1_000);
  one.of('job', 'mail').wait.observe(0);
  await Promise.all([one.flush(), other.flush(), one.flush()]);
  await one.flush();
  const [row] = await readLatencies(database.db, { hours: 1 }, at);
  expect(row).toMatchObject({ subject: 'job', name: 'mail', measure: 'wait' });
  expect(row?.bins).toHaveLength(41);
  expect([row?.bins[0], row?.bins[7], row?.bins[40]]).toEqual([1, 1, 1]);
  expect(one.totals()).toEqual([expect.objectContaining({ subject: 'job', name: 'mail', measure: 'wait', sumMs: 3 })]);
});

it('what could not be written is written with what came meanwhile', async () => {
  let broken = true;
  const db = new Proxy(database.db, {
    get(target, name, receiver) {
      if (name !== 'query' || !broken) return Reflect.get(target, name, receiver) as unknown;
      return () => Promise.reject(new Error('the connection was lost'));
    },
  });
  const lame = book(db);
  lame.of('job', 'mail').duration.observe(5);
  const failing = lame.flush();
  lame.of('job', 'mail').duration.observe(6);
  await failing;
  broken = false;
  await lame.flush();
  expect(await over(1)).toEqual([2]);
});

it('a window is read as the hours up to midnight and whole days, the present hour and day included', async () => {
  const times = book();
  for (const [hours, count] of [
    [0, 1],
    [1, 2],
    [20, 4],
    [22, 8],
    [46, 16],
    [100, 32],
  ] as const) {
    at = new Date(Date.UTC(2026, 2, 10, 21, 30) - hours * 3_600_000);
    for (let n = 0; n < count; n += 1) times.of('job', 'mail').wait.observe(1);
    await times.flush();
  }
  at = new Date('2026-03-10T21:30:00Z');
  const sums = [];
  for (const hours of [1, 2, 21, 22, 23, 46, 47, 100, 101, 2_160]) sums.push(...(await over(hours)));
  expect(sums).toEqual([1, 3, 7, 7, 15, 15, 31, 31, 63, 63]);
  const days = await readDailyLatencies(database.db, 3, at);
  expect(days.map(({ day, bins }) => [day, countOf(bins)]).sort()).toEqual([
    ['2026-03-08', 16],
    ['2026-03-09', 8],
    ['2026-03-10', 7],
  ]);
});

it('names beyond the first two hundred are counted together: receivers come from users', async () => {
  const times = book();
  for (let n = 0; n < 250; n += 1) times.of('receiver', `host-${n}`).duration.observe(10);
  const totals = times.totals();
  expect(totals).toHaveLength(201);
  expect(countOf(totals.find(({ name }) => name === OTHER_NAMES)?.bins ?? [])).toBe(50);
});

it('hours leave after three months, days stay for years', async () => {
  await database.pool.query(`
    INSERT INTO punctual.scheduler_latencies (span, starts_at, subject, name, measure, bins)
    SELECT span, now() - days * interval '1 day', 'job', 'mail', 'wait', '{1}'
    FROM (VALUES ('hour', 92), ('hour', 90), ('day', 92), ('day', 802)) AS old (span, days)`);
  await pruneHistory(database.db);
  const { rows } = await database.pool.query(
    `SELECT span, (now()::date - starts_at::date)::int AS days FROM punctual.scheduler_latencies ORDER BY 1, 2`,
  );
  expect(rows).toEqual([
    { span: 'day', days: 92 },
    { span: 'hour', days: 90 },
  ]);
});
