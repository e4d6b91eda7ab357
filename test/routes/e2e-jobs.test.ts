// The queue over HTTP, on a real database: operators, outside cron services, and the application's users.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import { generateKeyPair, SignJWT } from 'jose';
import request from 'supertest';
import { z } from 'zod';
import { createScheduler, type Scheduler } from '../../src/compose/create-scheduler.js';
import { enrichment } from '../../src/modules/enrichment/index.js';
import { webhooks } from '../../src/modules/webhooks/index.js';
import { adminRoutes } from '../../src/routes/index.js';
import { createJobsApi } from '../../src/routes/jobs-api.js';
import { jwtUsers } from '../../src/routes/kit/auth/user-auth.js';
import { defineJob } from '../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startServer } from '../support/servers/http-server.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = 'a secret of the application, long enough';
let database: TestDatabase;
let scheduler: Scheduler;
let app: Express;
let broken = true;
const hooks = webhooks();

const slow = { runs: 0, end: (): void => {} };
const waits = defineJob({
  type: 'waits',
  schema: z.object({}),
  run: async () => {
    slow.runs += 1;
    await new Promise<void>((resolve) => (slow.end = resolve));
  },
});

const call = defineJob({
  type: 'call',
  schema: z.object({ to: z.string(), delivery_method: z.string().default('mail') }),
  retry: { maxAttempts: 1 },
  run: (ctx, { to }) => {
    ctx.log.info('called', { to });
    if (broken) throw new Error('no answer');
    return { answered: to };
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
  scheduler = createScheduler({
    databaseUrl: database.url,
    subscriptions: false,
    jobs: [call, waits],
    modules: [hooks, enrichment()],
    queue: { worker: false, encryptionKeys: [{ id: 'k', key: randomBytes(32) }] },
  });
  await scheduler.start();
  const options = {
    workerTokens: [{ name: 'worker', token: 'worker-token' }],
    cronSecret: 'cron-secret',
    authenticateUser: jwtUsers({ secret: SECRET }),
    environment: 'test',
  };
  app = express();
  app.use('/admin', adminRoutes(scheduler, { tokens: [{ name: 'ops', token: 'admin-token' }] }));
  app.use('/api/jobs', createJobsApi(scheduler, options).router);
  app.use('/api/impatient', createJobsApi(scheduler, { ...options, budgetMs: 50, waitMs: 200 }).router);
  const noKeys = jwtUsers({ jwksUrl: 'http://127.0.0.1:1/jwks' });
  app.use('/api/keyless', createJobsApi(scheduler, { ...options, authenticateUser: noKeys }).router);
});
afterAll(async () => {
  await scheduler.stop();
  await database.close();
});

const admin = (method: 'get' | 'post' | 'patch' | 'put' | 'delete', path: string) =>
  request(app)[method](`/admin${path}`).set('Authorization', 'Bearer admin-token');
const work = () => request(app).post('/api/jobs/worker').set('X-Worker-Secret', 'cron-secret');

async function user(claims: Record<string, unknown>, secret = SECRET) {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5 minutes')
    .sign(new TextEncoder().encode(secret));
  return (method: 'get' | 'delete', path: string) =>
    request(app)[method](`/api/jobs${path}`).set('Authorization', `Bearer ${token}`);
}

describe('operators', () => {
  it('list dead letters, retry them after a dry run, and read the log', async () => {
    const ids = await Promise.all(['a', 'b'].map((to) => scheduler.enqueue(call, { to })));
    await work().expect(200);
    const listed = await admin('get', '/jobs?status=dead,failed&type=call').expect(200);
    expect(listed.body.items).toHaveLength(2);
    expect(listed.body.items[0]).toMatchObject({ status: 'dead', error: { message: 'no answer' }, priority: 'normal' });
    const dry = await admin('post', '/jobs/retry').send({ type: 'call', status: 'dead', dry_run: true }).expect(200);
    expect(dry.body).toEqual({ matched: 2, changed: 0, dry_run: true });
    const list = await admin('post', '/jobs/retry')
      .send({ status: ['dead', 'cancelled'], dry_run: true })
      .expect(200);
    expect(list.body).toEqual(dry.body);
    broken = false;
    await admin('post', '/jobs/retry').send({ type: 'call' }).expect(200);
    await work().expect(200);
    const id = ids[0]?.id ?? '';
    expect((await admin('get', `/jobs/${id}`).expect(200)).body).toMatchObject({ result: { answered: 'a' } });
    const logs = await admin('get', `/jobs/${id}/logs?level=info&limit=1`).expect(200);
    expect(logs.body).toMatchObject({
      items: [{ message: 'called', data: { to: 'a' } }],
      next_cursor: expect.any(String),
    });
    await admin('post', `/jobs/${id}/retry`).expect(409);
    const audit = await scheduler.audit.list({ action: 'jobs.retry' });
    expect(audit.items).toHaveLength(1);
  });

  it('cancel, pause and look at statistics', async () => {
    const { id } = await scheduler.enqueue(call, { to: 'c' });
    await admin('patch', '/queues/default').send({ paused: true }).expect(200);
    expect((await work().expect(200)).body).toMatchObject({ success: true, processed: 0 });
    expect((await admin('post', `/jobs/${id}/cancel`).expect(200)).body).toMatchObject({ status: 'cancelled' });
    await admin('patch', '/queues/default').send({ paused: false, concurrency: null }).expect(200);
    const listed = (await admin('get', '/queues').expect(200)).body;
    expect(listed.next_cursor).toBeNull();
    const queues = listed.items;
    expect(queues).toContainEqual({ name: 'default', paused: false, concurrency: null });
    const stats = (await admin('get', '/queues/stats?hours=1').expect(200)).body;
    expect(stats.types).toContainEqual(
      expect.objectContaining({ type: 'call', completed: 2, dead: 2, success_rate: 0.5 }),
    );
  });

  it.each([
    ['get', '/jobs?status=broken', undefined],
    ['get', '/jobs?limit=0', undefined],
    ['get', '/jobs/not-a-uuid', undefined],
    ['post', '/jobs/retry', {}],
    ['post', '/jobs/retry', { dry_run: true }],
    ['post', '/jobs/retry', { nonsense: 1 }],
    ['post', '/jobs/retry', { status: ['lost'] }],
    ['patch', '/queues/default', { concurrency: -1 }],
    ['post', '/webhooks', { url: 'http://127.0.0.1/', events: ['job.dead'] }],
    ['post', '/webhooks', { url: 'https://localhost/hook', events: ['job.dead'] }],
    ['post', '/webhooks', { url: 'https://hooks.internal/', events: ['job.dead'] }],
    ['post', '/webhooks', { url: 'https://example.com', events: ['job.sneezed'] }],
    ['put', '/workspaces/w1/keys/apollo', { api_key: '' }],
  ] as const)('are told what is wrong with %s %s %j', async (method, path, body) => {
    const answer = await admin(method, path).send(body).expect(400);
    expect(answer.body).toMatchObject({ status: 400, errors: expect.any(Array) });
  });

  it('store keys and make webhooks, and never see a secret again', async () => {
    await admin('put', '/workspaces/w1/keys/apollo').send({ api_key: 'sk-1' }).expect(204);
    expect(await scheduler.workspaceKeys?.read('w1', 'apollo')).toBe('sk-1');
    const made = await admin('post', '/webhooks')
      .send({ url: 'https://example.com/hook', events: ['job.dead'] })
      .expect(201);
    expect(made.body.secret).toMatch(/^whsec_/);
    const { id } = made.body.endpoint as { id: string };
    const shown = await admin('get', `/webhooks/${id}`).expect(200);
    expect(JSON.stringify(shown.body)).not.toContain('whsec_');
    await admin('post', `/webhooks/${id.toUpperCase()}/rotate`).expect(200);
    const endpoints = await scheduler.module(hooks).list();
    expect(endpoints.map((endpoint) => endpoint.id)).toEqual([id]);
    await admin('patch', `/webhooks/${id}`).send({ enabled: false }).expect(200);
    const inward = await admin('patch', `/webhooks/${id}`).send({ url: 'https://192.168.0.1/' }).expect(400);
    expect(inward.body).toMatchObject({ errors: [{ path: 'url', message: 'must name a public host' }] });
    expect((await admin('get', `/webhooks/${id}/deliveries`).expect(200)).body).toEqual({
      items: [],
      next_cursor: null,
    });
    const { rows } = await database.pool.query<{ id: string }>(
      `INSERT INTO punctual.webhook_deliveries (id, endpoint_id, event, payload)
       VALUES (gen_random_uuid(), $1, 'job.dead', '{}') RETURNING id`,
      [id],
    );
    const pending = await admin('post', `/webhooks/${id}/deliveries/${rows[0]?.id}/redeliver`).expect(409);
    expect(pending.body).toMatchObject({ code: 'DELIVERY_PENDING' });
    await admin('delete', `/webhooks/${id}`).expect(204);
    await admin('get', `/webhooks/${id}`).expect(404);
  });
});

describe('the worker endpoint', () => {
  it('works on the queue for any client with a token, and reports its state', async () => {
    await request(app).post('/api/jobs/worker').expect(401);
    await request(app).post('/api/jobs/worker').set('X-Worker-Secret', 'wrong').expect(401);
    await scheduler.enqueue(call, { to: 'd' });
    const worked = await request(app).post('/api/jobs/worker').set('Authorization', 'Bearer worker-token').expect(200);
    expect(worked.body).toMatchObject({ success: true, worker_id: expect.any(String), completed: 1, failed: 0 });
    const health = await request(app).get('/api/jobs/worker').set('X-Worker-Secret', 'cron-secret').expect(200);
    expect(health.body).toMatchObject({ status: 'degraded', worker_exists: false, environment: 'test' });
  });
});

describe('a call of the worker endpoint that is over before its jobs are', () => {
  const goesOnToItsEnd = async (id: string): Promise<void> => {
    await waitFor(() => slow.runs === 1);
    expect((await admin('get', `/jobs/${id}`).expect(200)).body).toMatchObject({ status: 'processing' });
    slow.end();
    await waitFor(async () => (await admin('get', `/jobs/${id}`)).body.status === 'completed');
    expect([slow.runs, (await admin('get', `/jobs/${id}`)).body.attempt]).toEqual([1, 1]);
  };

  it('says what was done; they go on to their end, once', async () => {
    slow.runs = 0;
    const { id } = await scheduler.enqueue(waits, {});
    const { status, body } = await request(app).post('/api/impatient/worker').set('X-Worker-Secret', 'cron-secret');
    expect([status, body]).toEqual([202, expect.objectContaining({ success: true, processed: 0, completed: 0 })]);
    await goesOnToItsEnd(id);
  });

  it('may have been hung up; they go on to their end, once', async () => {
    slow.runs = 0;
    const { id } = await scheduler.enqueue(waits, {});
    const server = await startServer(app);
    try {
      const hangUp = new AbortController();
      const call = fetch(`${server.url}/api/jobs/worker`, {
        method: 'POST',
        headers: { 'X-Worker-Secret': 'cron-secret' },
        signal: hangUp.signal,
      });
      const ended = expect(call).rejects.toMatchObject({ name: 'AbortError' });
      await waitFor(() => slow.runs === 1);
      hangUp.abort();
      await ended;
      await goesOnToItsEnd(id);
    } finally {
      await server.close();
    }
  });
});

describe('users', () => {
  it('are not told that their token is wrong while the keys cannot be had', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
    const list = (bearer: string) => request(app).get('/api/keyless').set('Authorization', `Bearer ${bearer}`);
    const refused = await list(token).expect(503);
    expect([refused.body.code, refused.headers['retry-after']]).toEqual(['KEYS_UNAVAILABLE', '5']);
    await list('nonsense').expect(401);
  });

  it('see, follow and cancel their own jobs, and nobody else’s', async () => {
    const own = await scheduler.enqueue(
      call,
      { to: 'ann@example.com', delivery_method: 'mail' },
      { workspaceId: 'w1', userId: 'ann' },
    );
    const other = await scheduler.enqueue(call, { to: 'ben@example.com' }, { workspaceId: 'w2', userId: 'ben' });
    const ann = await user({ sub: 'ann', workspace_id: 'w1' });
    const list = (await ann('get', '?delivery_method=mail').expect(200)).body;
    expect(list.items.map((job: { id: string }) => job.id)).toEqual([own.id]);
    expect(list.items[0]).not.toHaveProperty('claimed_by');
    await ann('get', `/${other.id}`).expect(404);
    await ann('get', `/${other.id}/logs`).expect(404);
    await ann('delete', `/${other.id}`).expect(404);
    await work().expect(200);
    const one = (await ann('get', `/${own.id}`).expect(200)).body;
    expect(one).toMatchObject({ job: { status: 'completed' }, recipient: 'ann@example.com', delivery_logs: [{}] });
    await ann('delete', `/${own.id}`).expect(409);
    const metrics = (await ann('get', '/metrics?hours=1').expect(200)).body;
    expect(metrics.summary).toMatchObject({ total_jobs: 1, success_rate_percent: 100, overdue_jobs: 0 });
    expect(metrics.delivery_methods).toEqual({ mail: 1 });
  });

  it('are only who their token says, by our key and in its time', async () => {
    await request(app).get('/api/jobs').expect(401);
    await (await user({ sub: 'ann', workspace_id: 'w1' }, 'another secret of some length'))('get', '').expect(401);
    await (await user({ workspace_id: 'w1' }))('get', '').expect(401);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const body = Buffer.from('{"sub":"ann","workspace_id":"w1"}').toString('base64url');
    await request(app).get('/api/jobs').set('Authorization', `Bearer ${none}.${body}.`).expect(401);
    const expired = await new SignJWT({ sub: 'ann' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('-1 minute')
      .sign(new TextEncoder().encode(SECRET));
    await request(app).get('/api/jobs').set('Authorization', `Bearer ${expired}`).expect(401);
    await waitFor(() => scheduler.ready());
  });
});
