// A scheduler that works on no jobs (`queue: { worker: false }`), and what a host with jobs alone shows of itself.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { webhooks } from '../../src/modules/webhooks/index.js';
import { adminRoutes } from '../../src/routes/index.js';
import { defineJob } from '../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
const open: { stop(): Promise<void> }[] = [];
const encryptionKeys = [{ id: 'k', key: randomBytes(32) }];
const job = defineJob({ type: 'quick', schema: z.object({}), run: () => 'done' });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const scheduler of open.splice(0)) await scheduler.stop();
  await database.pool.query('DELETE FROM punctual.jobs');
});
afterAll(() => database.close());

async function start(worker: boolean) {
  const hooks = webhooks();
  const scheduler = createScheduler({
    ...{ databaseUrl: database.url, subscriptions: false, jobs: [job], modules: [hooks] },
    queue: { worker, concurrency: 7, encryptionKeys },
  });
  open.push(scheduler);
  await scheduler.start();
  return { scheduler, hooks: scheduler.module(hooks) };
}

describe('a scheduler that works on no jobs', () => {
  it('tells endpoints of a cancel that another instance has made since its start', async () => {
    const { scheduler } = await start(false);
    const { hooks } = await start(false);
    const { endpoint } = await hooks.create({ url: 'https://example.com/hook', events: ['job.cancelled'] });
    const { id } = await scheduler.enqueue(job, {});
    await scheduler.queue.admin.cancel(id);
    const { items } = await hooks.deliveries(endpoint.id);
    expect(items).toMatchObject([{ event: 'job.cancelled', payload: { data: { job_id: id } } }]);
  });
});

describe('a host with jobs alone', () => {
  it('shows how many may run at once and how many it has claimed', async () => {
    const { scheduler } = await start(true);
    expect(scheduler.concurrency()).toEqual([{ source: 'queue', inFlight: 0, limit: 7, maxLimit: 7, claimed: 0 }]);
    const { id } = await scheduler.enqueue(job, {});
    await waitFor(async () => (await scheduler.queue.admin.get(id)).status === 'completed');
    const app = express().use('/admin', adminRoutes(scheduler, { authenticate: () => ({ name: 'ops' }) }));
    const { text } = await request(app).get('/admin/metrics').expect(200);
    expect(text).toContain('punctual_concurrency_limit{source="queue"} 7');
    expect(text).toContain('punctual_claimed_total{source="queue"} 1');
    expect(text).toContain('punctual_in_flight{source="queue"} 0');
  });
});
