// Operators enqueue jobs over HTTP, by the names of their types, and look at what failed and at what waits, on a real database.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { z } from 'zod';
import { createScheduler, type Scheduler } from '../../src/compose/create-scheduler.js';
import { adminRoutes } from '../../src/routes/index.js';
import { defineJob } from '../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startServer } from '../support/servers/http-server.js';
import { waitFor } from '../support/wait-for.js';

const TOKENS = [
  { name: 'ops', token: 'admin-token' },
  { name: 'vera', token: 'viewer-token', role: 'viewer' },
] as const;

let database: TestDatabase;
let scheduler: Scheduler;
let app: Express;
const call = defineJob({
  type: 'call',
  schema: z.object({ to: z.string() }),
  run: (_ctx, { to }) => ({ answered: to }),
});
const bare = defineJob({
  ...{ type: 'a.bare', queue: 'slow', description: 'Does nothing', priority: 'low', concurrency: 2, timeoutMs: 1_500 },
  retry: { maxAttempts: 2 },
  schema: z.object({ at: z.date().optional() }),
  run: () => null,
});

beforeAll(async () => {
  database = await createTestDatabase();
  scheduler = createScheduler({
    ...{ databaseUrl: database.url, subscriptions: false, jobs: [call, bare] },
    queue: { worker: false },
  });
  await scheduler.start();
  app = express().use('/admin', adminRoutes(scheduler, { tokens: TOKENS }));
});
afterAll(async () => {
  await scheduler.stop();
  await database.close();
});

const admin = (method: 'get' | 'post' | 'patch', path: string, token = 'admin-token') =>
  request(app)[method](`/admin${path}`).set('Authorization', `Bearer ${token}`);

describe('POST and PATCH /admin/jobs', () => {
  it('stores a job once for each unique key, and the audit log says who did', async () => {
    const body = { type: 'call', payload: { to: 'e' }, priority: 'high', run_at: '2030-01-01T00:00:00+02:00' };
    const owners = { tenant_id: 't1', workspace_id: 'w1', user_id: 'ann' };
    const made = await admin('post', '/jobs')
      .send({ ...body, ...owners, unique_key: 'k' })
      .expect(201);
    expect(made.body).toMatchObject({
      ...{ type: 'call', status: 'pending', priority: 'high', payload: { to: 'e' }, unique_key: 'call:k', ...owners },
      run_at: '2029-12-31T22:00:00.000Z',
    });
    const { id } = made.body as { id: string };
    expect(made.headers.location).toBe(`/admin/jobs/${id}`);
    const again = await admin('post', '/jobs')
      .send({ ...body, unique_key: 'k' })
      .expect(200);
    expect(again.body.id).toBe(id);
    const { items } = await scheduler.audit.list({ action: 'job.enqueue' });
    expect(items).toMatchObject([
      { actor: 'ops', target: id, details: { type: 'call', priority: 'high', run_at: '2029-12-31T22:00:00.000Z' } },
    ]);
    expect(JSON.stringify(items[0]?.details)).not.toContain('"to"');
    await admin('post', `/jobs/${id}/cancel`).expect(200);
  });

  it('takes a schedule, and a job that is worked on at once', async () => {
    const schedule = { frequency: 'daily', time: '09:00', timezone: 'Europe/Berlin', spread_s: 60 };
    const made = await admin('post', '/jobs')
      .send({ type: 'call', payload: { to: 'f' }, schedule })
      .expect(201);
    expect(made.body).toMatchObject({ schedule, series_id: made.body.id });
    await admin('post', `/jobs/${made.body.id}/cancel`).expect(200);
    const now = await admin('post', '/jobs')
      .send({ type: 'call', payload: { to: 'g' } })
      .expect(201);
    await scheduler.queue.worker.workOnce({ closing: new AbortController().signal });
    expect((await admin('get', `/jobs/${now.body.id}`)).body).toMatchObject({ result: { answered: 'g' } });
  });

  it.each([
    [404, { type: 'nobody.knows', payload: {} }, []],
    [400, { type: 'call', payload: { to: 7 } }, ['payload.to']],
    [400, { type: 'call' }, ['payload']],
    [400, { type: 'call', payload: { to: 'h' }, priority: 'soon', colour: 'red' }, ['colour', 'priority']],
    [400, { type: 'call', payload: { to: 'h' }, schedule: { frequency: 'sometimes' } }, ['schedule.frequency']],
    [
      400,
      { type: 'call', payload: { to: 'h' }, schedule: { frequency: 'daily' }, run_at: '2030-01-01T00:00:00Z' },
      ['run_at'],
    ],
  ])('says with %i what is wrong: %j', async (status, body, paths) => {
    const { items } = await scheduler.queue.admin.list();
    const answer = await admin('post', '/jobs').send(body).expect(status);
    const errors = (answer.body.errors ?? []) as { path: string }[];
    expect(errors.map(({ path }) => path).sort()).toEqual(paths);
    if (status === 404) expect(answer.body.code).toBe('JOB_TYPE_NOT_FOUND');
    expect((await scheduler.queue.admin.list()).items).toHaveLength(items.length);
  });

  it('changes the holder of a key with `on_conflict`, and a job that waits with PATCH', async () => {
    const body = {
      type: 'call',
      payload: { to: 'a' },
      unique_key: 'r',
      schedule: { frequency: 'daily', time: '09:00' },
    };
    const { id } = (await admin('post', '/jobs').send(body).expect(201)).body as { id: string };
    const replaced = await admin('post', '/jobs')
      .send({ ...body, payload: { to: 'b' }, on_conflict: 'replace' })
      .expect(200);
    expect(replaced.body).toMatchObject({ id, payload: { to: 'b' } });
    const schedule = { frequency: 'weekly', day_of_week: 1, time: '10:00', timezone: 'Asia/Tokyo' };
    const changed = await admin('patch', `/jobs/${id}`).send({ schedule }).expect(200);
    expect(changed.body).toMatchObject({ id, schedule });
    expect(new Date(changed.body.run_at as string).toISOString()).toMatch(/T01:00:00.000Z$/);
    const run_at = '2031-01-01T00:00:00.000Z';
    expect((await admin('patch', `/jobs/${id}`).send({ run_at }).expect(200)).body).toMatchObject({ run_at });
    const { items } = await scheduler.audit.list({ action: 'job.reschedule' });
    expect(items.map(({ target, details }) => [target, details])).toEqual([
      [id, { run_at }],
      [id, { schedule }],
    ]);
    await admin('post', `/jobs/${id}/cancel`).expect(200);
    await admin('patch', `/jobs/${id}`).send({ run_at }).expect(409);
    await admin('patch', '/jobs/00000000-0000-7000-8000-000000000000').send({ run_at }).expect(404);
    for (const wrong of [{}, { run_at, schedule }, { run_at: 'soon' }, { priority: 'high' }]) {
      const { body: problem } = await admin('patch', `/jobs/${id}`).send(wrong).expect(400);
      expect(problem.errors).not.toEqual([]);
    }
  });

  it('is part of the OpenAPI document', async () => {
    const { body } = await admin('get', '/openapi.json').expect(200);
    const { post } = (body as { paths: Record<string, { post: { responses: object } }> }).paths['/admin/jobs'] ?? {};
    expect(Object.keys(post?.responses ?? {})).toEqual(expect.arrayContaining(['200', '201', '404', 'default']));
  });
});

describe('GET /admin/jobs/types', () => {
  it('lists the types of this process by name, with the JSON Schema of the payload', async () => {
    const { body } = await admin('get', '/jobs/types').expect(200);
    const { items } = body as { items: { type: string }[] };
    const own = items.filter(({ type }) => type === 'call' || type === 'a.bare');
    expect(own).toEqual([
      {
        ...{ type: 'a.bare', queue: 'slow', description: 'Does nothing', priority: 'low', concurrency: 2 },
        ...{ max_attempts: 2, timeout_s: 1.5 },
        schema: expect.objectContaining({ type: 'object', properties: { at: {} } }),
      },
      {
        ...{ type: 'call', queue: 'default', description: null, priority: 'normal', concurrency: null },
        ...{ max_attempts: 5, timeout_s: 300 },
        schema: expect.objectContaining({ properties: { to: { type: 'string' } }, required: ['to'] }),
      },
    ]);
  });

  it('refuses a query that it does not know, and asks for a token', async () => {
    await admin('get', '/jobs/types?queue=slow').expect(400);
    await request(app).get('/admin/jobs/types').expect(401);
  });
});

describe('dead letters', () => {
  const NEWEST = '018f0000-0000-7000-8000-000000000003';
  beforeAll(async () => {
    await database.pool.query(`
      INSERT INTO punctual.jobs (id, type, status, error_code, error_message, completed_at, dead_at)
      SELECT ('018f0000-0000-7000-8000-00000000000' || n)::uuid, 'call', 'dead', 'HTTP_503', 'order ' || n || ' failed', t, t
      FROM (SELECT n, timestamptz '2026-05-01T00:00:00Z' + n * interval '1 hour' AS t FROM generate_series(1, 3) n) r`);
  });

  it('are grouped by kind of error, for viewers too, and retried by group', async () => {
    const groups = await admin('get', '/jobs/dead/groups?type=call&queue=default', 'viewer-token').expect(200);
    expect(groups.body).toEqual({
      items: [
        {
          ...{ type: 'call', error_code: 'HTTP_503', error: 'order # failed', count: 3 },
          ...{ first_at: '2026-05-01T01:00:00.000Z', last_at: '2026-05-01T03:00:00.000Z' },
          ...{ sample_id: NEWEST, sample_message: 'order 3 failed' },
        },
      ],
      capped: false,
    });
    const group = { type: 'call', error_code: 'HTTP_503', error_group: 'order # failed' };
    for (const search of ['error=ORDER%203', 'error_group=order%20%23%20failed&type=call&limit=1']) {
      const page = await admin('get', `/jobs?${search}`, 'viewer-token').expect(200);
      expect(page.body).toMatchObject({
        items: [{ id: NEWEST, error: { message: 'order 3 failed' } }],
        truncated: false,
      });
    }
    await admin('post', '/jobs/retry', 'viewer-token').send(group).expect(403);
    const dry = await admin('post', '/jobs/retry')
      .send({ ...group, dry_run: true })
      .expect(200);
    expect(dry.body).toEqual({ matched: 3, changed: 0, dry_run: true });
    const other = await admin('post', '/jobs/retry')
      .send({ ...group, error_group: 'order 3 failed' })
      .expect(200);
    expect(other.body).toMatchObject({ matched: 0, changed: 0 });
    expect((await admin('post', '/jobs/retry').send(group).expect(200)).body).toMatchObject({ changed: 3 });
    expect((await admin('get', '/jobs/dead/groups').expect(200)).body).toEqual({ items: [], capped: false });
    const { items } = await scheduler.audit.list({ action: 'jobs.retry' });
    expect(items[0]).toMatchObject({ actor: 'ops', details: { filter: group, changed: 3 } });
  });

  it.each([
    ['get', '/jobs/dead/groups?type=', undefined, 'type'],
    ['get', '/jobs/dead/groups?status=dead', undefined, 'status'],
    ['get', '/jobs?error=', undefined, 'error'],
    ['get', `/jobs?error=${'x'.repeat(201)}`, undefined, 'error'],
    ['post', '/jobs/retry', { error_group: '' }, 'error_group'],
    ['post', '/jobs/retry', { error: 'order' }, 'error'],
  ] as const)('are not asked for with %s %s %j', async (method, path, body, wrong) => {
    const { errors } = (await admin(method, path).send(body).expect(400)).body as { errors: { path: string }[] };
    expect(errors[0]?.path).toContain(wrong);
  });
});

describe('GET /admin/events', () => {
  it('counts the jobs that end, by type, from when one began to listen', async () => {
    const server = await startServer(app);
    const over = new AbortController();
    try {
      const headers = { Authorization: 'Bearer viewer-token' };
      const stream = await fetch(`${server.url}/admin/events`, { headers, signal: over.signal });
      let text = '';
      const reading = (async () => {
        for await (const piece of stream.body as AsyncIterable<Uint8Array>) text += Buffer.from(piece).toString();
      })();
      await waitFor(() => text.includes('event: status'));
      for (let n = 0; n < 2; n += 1) await scheduler.enqueue(bare, {});
      await scheduler.queue.worker.workOnce({ closing: over.signal });
      const completed = () =>
        [...text.matchAll(/event: jobs\ndata: (.*)\n/g)]
          .flatMap(([, data = '']) => (JSON.parse(data) as { types: { type: string; completed: number }[] }).types)
          .reduce((sum, ends) => sum + (ends.type === 'a.bare' ? ends.completed : 0), 0);
      await waitFor(() => completed() === 2);
      over.abort();
      await reading.catch(() => {});
    } finally {
      over.abort();
      await server.close();
    }
  });
});

describe('GET /admin/jobs/:id/dependencies', () => {
  it('has the jobs around one, for viewers too', async () => {
    const { flows } = scheduler.queue;
    const later = { runAt: new Date('2100-01-01T00:00:00Z') };
    const { first, last } = await flows.enqueue([
      { name: 'first', job: call, payload: { to: 'a' }, options: later },
      { name: 'last', job: bare, payload: {}, after: ['first'] },
    ]);
    const graph = await admin('get', `/jobs/${last}/dependencies`, 'viewer-token').expect(200);
    expect(graph.body).toEqual({
      nodes: [
        {
          ...{ id: last, type: 'a.bare', status: 'waiting', key: null },
          ...{ created_at: expect.any(String), completed_at: null, error_code: null },
        },
        expect.objectContaining({ id: first, type: 'call', status: 'pending' }),
      ],
      edges: [{ from: first, to: last, child: false, ended_as: null }],
      truncated: false,
    });
    await admin('get', '/jobs/018f0000-0000-7000-8000-00000000000f/dependencies').expect(404);
    await admin('get', '/jobs/no-uuid/dependencies').expect(400);
  });
});
