// The routes of row schedules: at a glance, what does not run and why, the ledger page by page; and what health and metrics say.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createScheduler, defineRowSchedule, type Scheduler } from '../../../src/index.js';
import { adminRoutes } from '../../../src/routes/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { waitFor } from '../../support/wait-for.js';

const schedule = defineRowSchedule({
  name: 'reminders',
  table: 'reminders',
  timezone: 'timezone',
  schedule: { time: '09:00' },
  columns: ['note'],
  inTransaction: async (_tx, occurrences) =>
    occurrences.map(({ row }) => (row.note === 'bad' ? { outcome: 'failed', error: 'no address' } : 'completed')),
});

describe('the routes of row schedules', () => {
  let test: TestDatabase;
  let scheduler: Scheduler;
  let server: RunningServer;

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.pool.query('CREATE TABLE reminders (id int PRIMARY KEY, timezone text, note text)');
    scheduler = createScheduler({ pool: test.pool, subscriptions: false, rows: [schedule] });
    await scheduler.start();
    const app = express();
    app.use('/admin', adminRoutes(scheduler, { tokens: [{ name: 'ops', token: 'a-token-for-tests-only' }] }));
    server = await startServer(app);
    await test.pool.query(
      `INSERT INTO reminders (id, timezone, note, punctual_next_run_at)
       SELECT i, CASE WHEN i = 5 THEN 'Mars/Olympus' ELSE 'UTC' END, CASE WHEN i = 4 THEN 'bad' END, now() - interval '1 second'
         FROM generate_series(1, 5) AS i`,
    );
    scheduler.rows.wake('reminders');
    await waitFor(async () => (await scheduler.rows.get('reminders')).due === 0);
  });
  afterAll(async () => {
    await server?.close();
    await scheduler?.stop();
    await test.close();
  });

  const get = async (path: string): Promise<{ status: number; body: never }> => {
    const reply = await fetch(`${server.url}/admin${path}`, {
      headers: { authorization: 'Bearer a-token-for-tests-only' },
    });
    const text = await reply.text();
    return { status: reply.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as never };
  };
  const status = { name: 'reminders', table: 'reminders', due: 0, unplanned: 0, suspended: 1, lagging: false };

  it('show each schedule at a glance, also on the status page', async () => {
    expect(await get('/row-schedules')).toMatchObject({ status: 200, body: { items: [status] } });
    expect(await get('/row-schedules/reminders')).toMatchObject({ status: 200, body: status });
    expect(await get('/status')).toMatchObject({ body: { row_schedules: [status] } });
  });

  it('say which rows do not run, and why', async () => {
    expect(await get('/row-schedules/reminders/suspended')).toMatchObject({
      status: 200,
      body: { items: [{ key: '5', error: expect.stringContaining('timezone must be an IANA') }] },
    });
  });

  it('list what came of each occurrence, page by page', async () => {
    const keys: string[] = [];
    let cursor = '';
    do {
      const { status: code, body } = await get(`/row-schedules/reminders/runs?limit=3${cursor}`);
      expect(code).toBe(200);
      const page = body as { items: { key: string }[]; next_cursor: string | null };
      keys.push(...page.items.map(({ key }) => key));
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor !== '');
    expect(keys.sort()).toEqual(['1', '2', '3', '4']);
  });

  it('list the occurrences of one row, and those that failed', async () => {
    const failed = { key: '4', outcome: 'failed', attempts: 1, reason: 'no address' };
    expect(await get('/row-schedules/reminders/runs?key=4')).toMatchObject({ body: { items: [failed] } });
    expect(await get('/row-schedules/reminders/runs?troubled=true')).toMatchObject({ body: { items: [failed] } });
    expect(await get('/row-schedules/reminders/runs?key=6')).toMatchObject({ status: 200, body: { items: [] } });
  });

  it.each([
    ['/row-schedules/nothing', 404],
    ['/row-schedules/nothing/runs', 404],
    ['/row-schedules/reminders/runs?cursor=nonsense', 400],
    ['/row-schedules/reminders/runs?limit=0', 400],
    ['/row-schedules/reminders/runs?key=1&troubled=true', 400],
    ['/row-schedules/reminders/runs?what=1', 400],
  ])('refuse %s with %d', async (path, code) => {
    expect((await get(path)).status).toBe(code);
  });

  it('are a process as well, and have metrics', async () => {
    const listed = expect.objectContaining({ name: 'reminders', enabled: true });
    expect(await get('/processes')).toMatchObject({ status: 200, body: { items: expect.arrayContaining([listed]) } });
    const metrics = String((await get('/metrics')).body);
    expect(metrics).toContain('punctual_row_schedule_suspended{schedule="reminders"} 1');
    expect(metrics).toContain('punctual_row_schedule_ended{schedule="reminders",outcome="completed"} 3');
  });
});
