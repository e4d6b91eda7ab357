// A database that is away: at start it is waited for, and every public call says so with one code.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createScheduler, type CreateSchedulerOptions } from '../../../src/compose/create-scheduler.js';
import { silentLogger, type Logger } from '../../../src/base/logger.js';
import { defineJob } from '../../../src/scheduler/public.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startProcess } from '../../support/processes.js';
import { startServer } from '../../support/servers/http-server.js';
import { startDatabaseProxy, type DatabaseProxy } from '../../support/servers/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';

const job = defineJob({ type: 'note', schema: z.object({}), run: () => {} });
const by = { name: 'test' };

let database: TestDatabase;
let proxy: DatabaseProxy;
let waits: string[];
const logger: Logger = { ...silentLogger, warn: (message) => void waits.push(message) };
const schedulerWith = (options: Partial<CreateSchedulerOptions> = {}) =>
  createScheduler({
    databaseUrl: proxy.url,
    logger,
    subscriptions: { process: async () => {} },
    jobs: [job],
    ...options,
  });

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  waits = [];
  proxy = await startDatabaseProxy(database.url);
});
afterEach(() => proxy.close());
afterAll(() => database.close());

describe('start', () => {
  it('rejects at once without a time to wait', async () => {
    proxy.refuse();
    const scheduler = schedulerWith();
    await expect(scheduler.start()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', cause: expect.anything() });
    expect(waits).toEqual([]);
    await scheduler.stop();
  });

  it('waits for a database that comes up, and says that it waits', async () => {
    proxy.refuse();
    const scheduler = schedulerWith({ startTimeoutS: 30 });
    const started = scheduler.start();
    await waitFor(() => waits.includes('waiting for the database'));
    expect(scheduler.ready()).toBe(false);
    proxy.resume();
    await started;
    expect(scheduler.ready()).toBe(true);
    await scheduler.stop();
  });

  it('rejects when the time is over, after several attempts', async () => {
    proxy.refuse();
    const scheduler = schedulerWith({ startTimeoutS: 1 });
    await expect(scheduler.start()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(waits.length).toBeGreaterThan(1);
    await scheduler.stop();
  });

  it('ends its wait when the scheduler is stopped', async () => {
    proxy.refuse();
    const scheduler = schedulerWith({ startTimeoutS: 3_600 });
    const started = scheduler.start();
    await waitFor(() => waits.length > 0);
    await Promise.all([expect(started).rejects.toMatchObject({ code: 'STOPPING' }), scheduler.stop()]);
  });

  it('does not wait for a configuration that will not do', async () => {
    const scheduler = schedulerWith({ startTimeoutS: 3_600, schema: 'none', migrate: false });
    await expect(scheduler.start()).rejects.toMatchObject({ code: '42P01' });
    await scheduler.stop();
  });
});

describe('a server with DATABASE_WAIT_S', () => {
  it('listens while it waits, is not ready, and is once the database is there', async () => {
    proxy.refuse();
    const free = await startServer(() => {});
    await free.close();
    const server = await startProcess({
      script: process.env['BUILT'] ? 'dist/server.js' : 'src/server.ts',
      ready: /waiting for the database/,
      env: {
        NODE_ENV: 'production',
        PORT: String(free.port),
        DATABASE_URL: proxy.url,
        DATABASE_WAIT_S: '60',
        ADMIN_TOKEN: 'ops:a-token-of-some-length',
        SUBSCRIPTION_WORKER_URL: 'http://127.0.0.1:9',
      },
    });
    try {
      const readiness = async () => (await fetch(`${free.url}/health/ready`)).json();
      expect(await readiness()).toEqual({ status: 'starting' });
      proxy.resume();
      await server.line(/"started"/);
      expect(await readiness()).toEqual({ status: 'ready' });
    } finally {
      await server.stop();
    }
  }, 60_000);
});

describe('a public call while the database is away', () => {
  type Open = ReturnType<typeof schedulerWith>;
  const api = ({ subscriptions }: Open) => subscriptions!;
  const id = '0190e6c2-7b1a-7000-8000-000000000001';
  const CALLS: Readonly<Record<string, (scheduler: Open) => Promise<unknown>>> = {
    enqueue: (s) => s.enqueue(job, {}),
    enqueueMany: (s) => s.enqueueMany([{ job, payload: {} }]),
    'flows.enqueue': (s) => s.queue.flows.enqueue([{ name: 'a', job, payload: {} }]),
    'flows.after': (s) => s.queue.flows.after(job, {}, { after: [id] }),
    'queue.admin.get': (s) => s.queue.admin.get(id),
    'queue.admin.list': (s) => s.queue.admin.list(),
    'queue.admin.stats': (s) => s.queue.admin.stats(1),
    'queue.admin.cancel': (s) => s.queue.admin.cancel(id),
    'queue.users.list': (s) => s.queue.users.list({ userId: 'u', workspaceId: null }, {}, {}),
    'subscriptions.create': (s) => api(s).create({ userId: 'u' }),
    'subscriptions.get': (s) => api(s).get(id),
    'subscriptions.list': (s) => api(s).list(),
    'subscriptions.pauseMany': (s) => api(s).pauseMany({ userId: 'u' }, { until: null }),
    'subscriptions.status': (s) => api(s).status(),
    'subscriptions.forecast': (s) => api(s).forecast({ hours: 1, bucketMinutes: 60 }),
    trigger: (s) => s.trigger('subscriptions', { by }),
    'processes.list': (s) => s.processes.list(),
    'runs.list': (s) => s.runs.list(),
    'runs.get': (s) => s.runs.get(id),
    'audit.list': (s) => s.audit.list(),
    stats: (s) => s.stats(1),
    status: (s) => s.status(),
  };

  it('rejects with DATABASE_UNAVAILABLE and the driver’s error', async () => {
    const scheduler = schedulerWith();
    await scheduler.start();
    try {
      proxy.refuse();
      proxy.cut();
      for (const [name, call] of Object.entries(CALLS)) {
        const outcome = await call(scheduler).then(
          () => 'no error',
          (error: unknown) => error,
        );
        expect([name, outcome]).toMatchObject([name, { code: 'DATABASE_UNAVAILABLE', cause: expect.anything() }]);
      }
    } finally {
      proxy.resume();
      await scheduler.stop();
    }
  }, 60_000);
});
