// Nobody gets past authentication: no route can be forgotten, wrong guesses are counted, right tokens never are.
import { describe, expect, it } from '@jest/globals';
import express, { type Router } from 'express';
import supertest from 'supertest';
import { silentLogger } from '../../../../src/base/logger.js';
import { adminRoutes, bearerTokens, createJobsApi, type AdminScheduler } from '../../../../src/routes/index.js';
import { createAdminApp, TOKENS } from '../../admin-app.js';
import { createFakeScheduler } from '../../fake-scheduler.js';

interface Endpoint {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  readonly path: string;
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** Every endpoint that Express knows, however deep. */
const endpoints = (stack: readonly Layer[]): Endpoint[] =>
  stack.flatMap(({ route, handle }) =>
    route
      ? Object.keys(route.methods).map((method) => ({ method: method as Endpoint['method'], path: route.path }))
      : endpoints(handle.stack ?? []),
  );

const concrete = (path: string): string => path.replace(/:\w+/g, '0b0b7a52-6f5e-4b0e-9d27-3f1c2a4b5c6d');

describe('every admin route', () => {
  const { app, scheduler } = createAdminApp();
  const router: Router = adminRoutes(scheduler, { tokens: TOKENS });
  /** Begins a session with a token that it is sent: routes/access/login.test.ts. */
  const open = ['/ui/login'];
  const all = endpoints(router.stack as unknown as Layer[]).filter(({ path }) => !open.includes(path));

  it('is found by the walk', () => {
    expect(all.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([
        'post /process-subscriptions',
        'get /runs/:id/events',
        'get /openapi.json',
        'get /metrics',
      ]),
    );
    expect(all.length).toBeGreaterThan(20);
  });

  it.each(all)('$method $path answers 401 without a token and with a wrong one', async ({ method, path }) => {
    for (const header of [
      '',
      'Bearer wrong-token',
      'Bearer ',
      'Basic alice-token',
      'alice-token',
      'Bearer alice-token x',
    ]) {
      const request = supertest(app)[method](`/admin${concrete(path)}`);
      const response = await request.set('Authorization', header);
      expect([header, response.status, response.type]).toEqual([header, 401, 'application/problem+json']);
      expect(response.body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      expect(response.get('WWW-Authenticate')).toContain('Bearer');
    }
    expect(scheduler.calls).toEqual([]);
  });

  it('is not told apart from one that does not exist', async () => {
    await supertest(app).get('/admin/no-such-thing').expect(401);
    await supertest(app).get('/admin/no-such-thing').set('Authorization', 'Bearer ci-token').expect(404);
  });

  it('does not read the body of a stranger', async () => {
    await supertest(app).post('/admin/process-subscriptions').type('json').send('{broken').expect(401);
  });
});

describe('the host may say who calls', () => {
  it('by its own function, whose name goes to the audit log', async () => {
    const { as, asked } = createAdminApp({
      authenticate: async (request) => (request.get('x-user') ? { name: request.get('x-user') ?? '' } : null),
    });
    await as('patch', '/processes/subscriptions').send({ enabled: false }).expect(401);
    await as('patch', '/processes/subscriptions')
      .set('X-User', 'bob')
      .set('X-Request-Id', 'request-42')
      .send({ enabled: false });
    expect(asked('processes.update')).toEqual([
      'subscriptions',
      { enabled: false },
      {
        name: 'bob',
        role: 'admin',
        session: null,
        ip: expect.stringContaining('127.0.0.1'),
        requestId: 'request-42',
      },
    ]);
  });

  it('and an error of that function is not an open door', async () => {
    const { as, scheduler } = createAdminApp({ authenticate: () => Promise.reject(new Error('no directory')) });
    await as('get', '/status').expect(500);
    expect(scheduler.calls).toEqual([]);
  });

  it('but must say something', () => {
    const scheduler = createFakeScheduler();
    expect(() => express().use(adminRoutes(scheduler, {}))).toThrow('authenticate is needed');
    expect(() => express().use(adminRoutes(scheduler, { tokens: [] }))).toThrow('authenticate is needed');
  });
});

describe('weak tokens', () => {
  const scheduler = createFakeScheduler();
  const tokens = (token: string) => [
    { name: 'fine', token: 'a-token-of-24-characters' },
    { name: 'ops', token },
  ];
  const jobs = { authenticateUser: () => null, environment: 'test', workerTokens: [] };
  const queued = Object.assign(createFakeScheduler(), {
    queue: { users: {}, worker: {} },
  }) as unknown as AdminScheduler;

  it.each(['', ' ', '\t'])('"%s" would open everything and is refused everywhere', (token) => {
    for (const environment of ['production', 'development', 'test', undefined]) {
      const options = { tokens: tokens(token), ...(environment ? { environment } : {}) };
      expect(() => adminRoutes(scheduler, options)).toThrow('the token "ops" is empty');
    }
    expect(() => bearerTokens(tokens(token))).toThrow('the token "ops" is empty');
    expect(() => createJobsApi(queued, { ...jobs, workerTokens: tokens(token) })).toThrow('the token "ops" is empty');
    expect(() => createJobsApi(queued, { ...jobs, cronSecret: token })).toThrow('the token "cron" is empty');
  });

  it('that are short are refused in production and named in the log of development', () => {
    const message = 'the token "ops" is shorter than 16 characters';
    expect(() => adminRoutes(scheduler, { tokens: tokens('a'.repeat(15)), environment: 'production' })).toThrow(
      message,
    );
    expect(() => adminRoutes(scheduler, { tokens: tokens('a'.repeat(16)), environment: 'production' })).not.toThrow();
    const production = { ...jobs, environment: 'production' };
    expect(() => createJobsApi(queued, { ...production, workerTokens: tokens('short') })).toThrow(message);
    expect(() => createJobsApi(queued, { ...production, cronSecret: 'short' })).toThrow('the token "cron" is shorter');
    const warned: string[] = [];
    const logger = { ...silentLogger, warn: (line: string) => void warned.push(line) };
    adminRoutes(scheduler, { tokens: tokens('short'), environment: 'development', logger });
    expect(warned).toEqual([`${message}; production refuses it`]);
  });
});

describe('wrong tokens', () => {
  it('are answered 429 above 600 a minute, and right ones never', async () => {
    const { app, as } = createAdminApp();
    const agent = supertest.agent(app);
    const guess = async (): Promise<number> =>
      (await agent.get('/admin/status').set('Authorization', 'Bearer guess')).status;
    const answers: number[] = [];
    for (let done = 0; done < 610; done += 10) answers.push(...(await Promise.all(Array.from({ length: 10 }, guess))));
    expect(answers.filter((status) => status === 401)).toHaveLength(600);
    expect(answers.slice(600)).toEqual(Array.from({ length: 10 }, () => 429));
    const limited = await agent.get('/admin/status').set('Authorization', 'Bearer guess');
    expect(limited.body).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(Number(limited.get('Retry-After'))).toBeGreaterThan(0);
    await as('get', '/status').expect(200);
  });
});
