// Several instances over one table: each occurrence once, whichever dies, and whatever the host does to its rows meanwhile.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createScheduler, type Scheduler } from '../../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { SENT, sentSchedule } from './fixtures/sent-schedule.js';
import { ledgerOf, REMINDERS } from './support.js';

describe('several instances over the rows of one table', () => {
  let test: TestDatabase;
  let running: Scheduler[] = [];

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.pool.query(`${REMINDERS}; ${SENT}`);
  });
  beforeEach(() => test.pool.query('TRUNCATE reminders, sent'));
  afterEach(async () => {
    await Promise.all(running.map((scheduler) => scheduler.stop({ graceMs: 2_000 })));
    running = [];
    await test.pool.query('TRUNCATE punctual.row_runs');
  });
  afterAll(() => test.close());

  async function start(by: string): Promise<Scheduler> {
    const rows = [sentSchedule(async () => {}, by)];
    const scheduler = createScheduler({ databaseUrl: test.url, subscriptions: false, rows, tick: '* * * * * *' });
    await scheduler.start();
    running.push(scheduler);
    return scheduler;
  }
  const addDue = (count: number) =>
    test.pool.query(
      `INSERT INTO reminders (timezone, schedule, punctual_next_run_at)
       SELECT 'Asia/Tokyo', '{"time": "09:00"}', date_trunc('second', now()) FROM generate_series(1, $1)`,
      [count],
    );
  const sent = async (): Promise<readonly { key: string; by: string }[]> =>
    (await test.pool.query<{ key: string; by: string }>('SELECT key, by FROM sent ORDER BY key')).rows;

  it('plan each occurrence once', async () => {
    const [one] = await Promise.all([start('a'), start('b')]);
    await addDue(600);
    running.forEach(({ rows }) => rows.wake('reminders'));
    await waitFor(async () => (await one?.rows.get('reminders'))?.due === 0 && (await sent()).length >= 600);
    expect(new Set((await sent()).map(({ key }) => key)).size).toBe(600);
    expect(await sent()).toHaveLength(600);
    expect(await ledgerOf(test, 'reminders')).toHaveLength(600);
  });

  it('do neither twice nor never what another had written and not committed when it was killed', async () => {
    await start('survivor');
    await running.pop()?.stop();
    await addDue(120);
    const planner = await startProcess({
      script: 'test/scheduler/rows/fixtures/planner.ts',
      env: { DATABASE_URL: test.url },
      ready: /started/,
    });
    await planner.line(/written 50/);
    expect(await sent()).toHaveLength(0);
    await start('survivor');
    await waitFor(async () => (await sent()).length > 0);
    await planner.stop('SIGKILL');
    await waitFor(async () => (await sent()).length >= 120);
    expect(await sent()).toHaveLength(120);
    expect((await sent()).every(({ by }) => by === 'survivor')).toBe(true);
    expect(new Set((await ledgerOf(test, 'reminders')).map(({ outcome }) => outcome))).toEqual(new Set(['completed']));
  });

  it('pass over a row that the host has locked, and see what became of it', async () => {
    const scheduler = await start('a');
    await addDue(3);
    const client = await test.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('DELETE FROM reminders WHERE id = (SELECT min(id) FROM reminders)');
      await client.query(
        `UPDATE reminders SET schedule = '{"time": "10:00"}' WHERE id = (SELECT max(id) FROM reminders)`,
      );
      scheduler.rows.wake('reminders');
      await waitFor(async () => (await sent()).length === 1);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    scheduler.rows.wake('reminders');
    await waitFor(async () => (await scheduler.rows.get('reminders')).due === 0 && (await sent()).length === 2);
    const { rows } = await test.pool.query('SELECT punctual_state, punctual_next_run_at FROM reminders ORDER BY id');
    const hours = rows.map((row) => (row.punctual_next_run_at as Date).getUTCHours());
    // 09:00 and 10:00 in Tokyo: the changed row ran once for what it owed, and follows its new schedule
    expect(hours).toEqual([0, 1]);
  });

  it('do not wait for the tick when a row that was planned falls due', async () => {
    const scheduler = await start('a');
    await test.pool.query(
      `INSERT INTO reminders (timezone, schedule, punctual_next_run_at) VALUES ('UTC', '{}', now() + interval '1700 milliseconds')`,
    );
    scheduler.rows.wake('reminders');
    await waitFor(async () => (await sent()).length === 1);
    const { rows } = await test.pool.query('SELECT finished_at >= scheduled_for AS after FROM punctual.row_runs');
    expect(rows).toEqual([{ after: true }]);
  });
});
