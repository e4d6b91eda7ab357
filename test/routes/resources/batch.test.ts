// The batch worker over HTTP: who may call it, the shape of its report, and what is refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createScheduler, type Scheduler } from '../../../src/compose/create-scheduler.js';
import { createBatchApi } from '../../../src/routes/index.js';
import { defineProcess } from '../../../src/scheduler/public.js';
import { gate } from '../../scheduler/engine-kit.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { waitFor } from '../../support/wait-for.js';

const SECRET = 'cron-secret-0123456789';
let database: TestDatabase;
let scheduler: Scheduler;
let server: RunningServer;
let work: () => Promise<object> = async () => ({ processed_count: 5, failed_count: 1, skipped_count: 3 });

beforeAll(async () => {
  database = await createTestDatabase();
  scheduler = createScheduler({
    pool: database.pool,
    migrate: false,
    enabled: false,
    subscriptions: false,
    processes: [
      defineProcess({ name: 'pages', batch: true, run: async () => (await work()) as Record<string, number> }),
      defineProcess({ name: 'cleanup', batch: true, schedule: { time: '03:00' }, dryRun: true, run: async () => {} }),
    ],
  });
  const api = createBatchApi(scheduler, {
    workerTokens: [{ name: 'worker', token: SECRET }],
    cronSecret: SECRET,
    waitMs: 400,
  });
  server = await startServer(express().use('/api/worker', api.router));
  await scheduler.start();
});
beforeEach(() => {
  work = async () => ({ processed_count: 5, failed_count: 1, skipped_count: 3 });
});
afterAll(async () => {
  await server.close();
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

const call = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${server.url}/api/worker${path}`, init);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const post = (query = '', headers: Record<string, string> = {}) =>
  call(`/queue_worker${query}`, { method: 'POST', headers: { 'X-Worker-Secret': SECRET, ...headers } });

describe('the report', () => {
  it('has what the contract says, for a POST and for a GET that is not cached', async () => {
    const posted = await post();
    const got = await call('/process-queued-pages', { headers: { Authorization: `Bearer ${SECRET}` } });
    for (const { status, headers, body } of [posted, got]) {
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toEqual({
        success: true,
        results: {
          pages: { processed_count: 5, failed_count: 1, skipped_count: 3, duration_ms: expect.any(Number) },
          cleanup: { skipped: 'not_due', next_run_at: expect.stringMatching(/T03:00:00\.000Z$/) },
        },
        duration_ms: expect.any(Number),
        timestamp: expect.stringMatching(/Z$/),
        stopped_early: false,
        run_id: expect.any(String),
      });
    }
  });

  it('is 200 without success when a process failed', async () => {
    work = () => Promise.reject(new Error('no such table'));
    const { status, body } = await post('?only=pages');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: false,
      results: { pages: { error: 'no such table', duration_ms: expect.any(Number) } },
    });
  });

  it('can be asked for everything, for some, and for a dry run', async () => {
    expect((await post('?all=true')).body).toMatchObject({ results: { cleanup: { duration_ms: expect.any(Number) } } });
    expect(Object.keys((await post('?only=cleanup')).body['results'] as object)).toEqual(['cleanup']);
    const dry = (await post('?all=true&dry_run=true')).body['results'];
    expect(dry).toMatchObject({ pages: { skipped: 'no_dry_run' }, cleanup: { duration_ms: expect.any(Number) } });
  });
});

describe('what is refused', () => {
  it.each([
    ['nothing', {}],
    ['another secret', { 'X-Worker-Secret': 'cron-secret-0123456780' }],
    ['another token', { Authorization: 'Bearer nobody' }],
  ])('%s: 401', async (_what, headers) => {
    expect((await call('/queue_worker', { method: 'POST', headers })).status).toBe(401);
    expect((await call('/process-queued-pages', { headers })).status).toBe(401);
  });

  it('names that are no batch process, and what is no flag: 400 with the field', async () => {
    const unknown = await post('?only=pages,nothing');
    expect(unknown.status).toBe(400);
    expect(unknown.body).toMatchObject({ code: 'INVALID_INPUT', errors: [{ path: 'only' }] });
    expect(await post('?all=perhaps')).toMatchObject({ status: 400, body: { errors: [{ path: 'all' }] } });
    expect(await post('?every=true')).toMatchObject({ status: 400 });
  });

  it('a second call while one is under way: 409 with its run; and no wait is endless', async () => {
    const held = gate<object>();
    work = () => held.promise;
    const first = await post('', { Prefer: 'respond-async' });
    expect(first).toMatchObject({ status: 202, body: { location: `/admin/runs/${String(first.body['run_id'])}` } });
    const second = await post();
    expect(second).toMatchObject({ status: 409, body: { code: 'ALREADY_RUNNING', run_id: first.body['run_id'] } });
    held.open({});
    await waitFor(async () => (await scheduler.runs.get(String(first.body['run_id']))).status === 'completed');

    const slow = gate<object>();
    work = () => slow.promise;
    expect((await post()).status).toBe(202);
    slow.open({});
  });
});
