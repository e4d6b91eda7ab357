// Handlers that throw, return and log anything at all: each outcome is recorded, what runs beside it is served, the process lives on.
/* eslint-disable @typescript-eslint/only-throw-error, @typescript-eslint/prefer-promise-reject-errors -- that is what is tested */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createScheduler, type SubscriptionScheduler } from '../../src/compose/create-scheduler.js';
import { bury, cancel, defineJob, retry, type JobContext } from '../../src/scheduler/queue/index.js';
import { defineProcess } from '../../src/scheduler/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { MONSTERS } from '../support/monsters.js';
import { waitFor } from '../support/wait-for.js';

const NAMES = Object.keys(MONSTERS);
const make = (name: string): never => MONSTERS[name]?.() as never;
const schema = z.object({ name: z.string() });
const once = { schema, retry: { maxAttempts: 1 } };

const jobs = [
  defineJob({ ...once, type: 'rejects', run: async (_ctx, { name }) => Promise.reject(make(name)) }),
  defineJob({
    ...once,
    type: 'throws',
    run: (_ctx, { name }) => {
      throw make(name);
    },
  }),
  defineJob({ ...once, type: 'returns', run: (_ctx, { name }) => make(name) as unknown }),
  defineJob({ ...once, type: 'resolves', run: async (_ctx, { name }) => make(name) as unknown }),
  defineJob({ ...once, type: 'buries', run: (_ctx, { name }) => bury(make(name)) }),
  defineJob({ ...once, type: 'cancels', run: (_ctx, { name }) => cancel(make(name)) }),
  defineJob({ ...once, type: 'retries', run: (_ctx, { name }) => retry({ reason: make(name) }) }),
  defineJob({ ...once, type: 'speaks', run: (ctx, { name }) => speak(ctx, make(name)) }),
  defineJob({
    ...once,
    type: 'schema',
    schema: z.object({
      name: z.string().transform((name) => {
        throw make(name);
      }),
    }),
    run: () => {},
  }),
];

function speak(ctx: JobContext, monster: never): { spoke: true } {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    ctx.log[level](monster);
    ctx.log[level]('data', monster);
    ctx.log[level]('within', { monster });
  }
  ctx.progress(monster);
  ctx.progress(0.5, monster);
  return { spoke: true };
}

const process = defineProcess({
  name: 'monsters',
  exclusive: false,
  run: async (ctx) => {
    const { name, how } = ctx.input as { name: string; how: 'throw' | 'return' | 'speak' };
    const monster = make(name);
    if (how === 'throw') throw monster;
    if (how === 'return') return monster;
    ctx.log.warn(monster, monster);
    ctx.progress(monster, monster, monster);
    return { processed_count: 1 };
  },
});

let database: TestDatabase;
let scheduler: SubscriptionScheduler;
const served: string[] = [];
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeAll(async () => {
  globalThis.process.on('unhandledRejection', note);
  database = await createTestDatabase();
  scheduler = createScheduler({
    pool: database.pool,
    migrate: false,
    enabled: false,
    jobs,
    processes: [process],
    subscriptions: {
      batchSize: 100,
      process: async ({ userId }) => {
        if (userId?.startsWith('monster:')) throw make(userId.slice('monster:'.length));
        served.push(userId ?? '');
      },
    },
  });
  await scheduler.start();
});
afterAll(async () => {
  await scheduler.stop({ graceMs: 0 });
  await database.close();
  globalThis.process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  rejects: ['dead'],
  throws: ['dead'],
  returns: ['completed', 'dead'], // what cannot even be asked whether it is a promise fails the attempt
  resolves: ['completed', 'dead'],
  buries: ['dead'],
  cancels: ['cancelled'],
  retries: ['dead'],
  speaks: ['completed'],
  schema: ['dead'],
};

describe('jobs', () => {
  it.each(Object.keys(EXPECTED))('that %s come to an end, whatever it is', async (type) => {
    const job = jobs.find((one) => one.type === type)!;
    const enqueued = await scheduler.enqueueMany(
      NAMES.map((name) => ({ job, payload: { name }, options: {} })).map((one) =>
        // a schema that throws must not be asked when the job is stored
        type === 'schema' ? { ...one, job: { ...job, schema } } : one,
      ) as never,
    );
    expect(enqueued).toHaveLength(NAMES.length);
    for (const { id } of enqueued) {
      const ended = await waitFor(async () => {
        const found = await scheduler.queue.admin.get(id);
        return ['dead', 'completed', 'cancelled'].includes(found.status) ? found : null;
      });
      expect([...EXPECTED[type]!]).toContain(ended.status);
      if (ended.status === 'dead') {
        expect(ended.attempt).toBeLessThanOrEqual(1);
        expect(ended.errorMessage).toEqual(expect.any(String));
        expect(ended.errorMessage).not.toBe('');
      }
    }
  });

  it('keep the stack of an error that was logged as the message', async () => {
    const job = jobs.find((one) => one.type === 'speaks')!;
    const { id } = await scheduler.enqueue(job, { name: 'a cause that is a proxy' });
    const logs = await waitFor(async () => {
      const page = await scheduler.queue.admin.logs(id, { limit: 50 });
      return page.items.length === 12 ? page.items : null;
    });
    expect(logs[0]).toMatchObject({
      message: expect.stringMatching(/^outer/),
      data: { error: { name: 'Error', stack: expect.stringContaining('monsters') } },
    });
    expect(logs[2]).toMatchObject({ data: { monster: { name: 'Error' } } });
  });
});

describe('a process', () => {
  it.each(['throw', 'return', 'speak'] as const)('that may %s anything has a record of its end', async (how) => {
    for (const name of NAMES) {
      const run = await scheduler.trigger('monsters', { by: 'test', input: { name, how } });
      if (how === 'throw') expect(run).toMatchObject({ status: 'failed', error: expect.stringMatching(/./) });
      if (how === 'speak') expect(run).toMatchObject({ status: 'completed', counts: { processed: 1 } });
      expect(['completed', 'failed']).toContain(run.status);
    }
  });
});

describe('a subscription handler', () => {
  it('that throws anything fails its own occurrence, and every other one is served', async () => {
    const names = NAMES.flatMap((name, index) => [`monster:${name}`, `healthy ${index}`]);
    for (const userId of names) await scheduler.subscriptions.create({ userId, schedule: { time: '09:00' } });
    await database.pool.query(`UPDATE subscription_processing SET next_run_at = now() - interval '1 minute'`);
    const run = await scheduler.trigger('subscriptions', { by: 'test' });
    expect(run).toMatchObject({ status: 'completed', counts: { successful: NAMES.length, failed: NAMES.length } });
    expect(served).toHaveLength(NAMES.length);
    const { rows } = await database.pool.query<{ error: string }>(
      `SELECT error FROM subscription_processing WHERE status = 'failed'`,
    );
    expect(rows.map(({ error }) => error.length > 0)).toEqual(NAMES.map(() => true));
  });
});
