// `onConflict: 'replace'`: what waits becomes the new job, what runs is not disturbed, and nothing is lost on the way.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob, type EnqueueOptions, type Job } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { deferred, queueKits, workOnce, type TestQueue } from '../support.js';

const START = '2026-05-01T12:00:00Z';
const EIGHT = { frequency: 'daily', time: '08:00' } as const;
const NINE = { frequency: 'daily', time: '09:00' } as const;
let database: TestDatabase;
let kit: TestQueue;
let now = new Date(START);
let gate = deferred();
const begun: number[] = [];
const kits = queueKits(() => database);
const job = defineJob({
  type: 'report',
  schema: z.object({ n: z.number(), waits: z.boolean().default(false) }),
  run: async (_ctx, { n, waits }) => {
    begun.push(n);
    if (waits) await gate.promise;
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  gate.resolve();
  await kits.clear();
  await database.pool.query('DELETE FROM punctual.job_keys');
  [now, gate] = [new Date(START), deferred()];
  begun.length = 0;
});
afterAll(() => database.close());

const open = async (): Promise<void> => {
  kit = await kits.open({ jobs: [job], start: false, now: () => now });
};
const enqueue = (n: number, options: EnqueueOptions, waits = false) =>
  kit.queue.enqueue(job, waits ? { n, waits } : { n }, { uniqueKey: 'k', onConflict: 'replace', ...options });
const get = (id: string): Promise<Job> => kit.queue.admin.get(id);
const workAt = async (time: string): Promise<void> => {
  now = new Date(time);
  await workOnce(kit.queue);
};
/** Begins to work on what is due, up to the moment at which it runs. */
async function running(id: string): Promise<{ finish(): Promise<void> }> {
  const work = workOnce(kit.queue);
  await kit.reaches(id, 'processing');
  return {
    finish: async () => {
      gate.resolve();
      await work;
    },
  };
}

describe('a job that waits', () => {
  it('keeps its place by default, and becomes the new one under its own id if asked to', async () => {
    await open();
    const runAt = new Date('2026-05-02T00:00:00Z');
    const { id } = await enqueue(1, { runAt, tenantId: 'a', priority: 'low' });
    expect(await kit.queue.enqueue(job, { n: 2 }, { uniqueKey: 'k' })).toEqual({ id, existing: true });
    expect(await get(id)).toMatchObject({ payload: { n: 1 }, runAt });
    const later = new Date('2026-05-03T00:00:00Z');
    expect(await enqueue(3, { runAt: later, maxAttempts: 2 })).toEqual({ id, existing: true, replaced: true });
    expect(await get(id)).toMatchObject({
      ...{ payload: { n: 3 }, runAt: later, scheduledFor: later, priority: 2, tenantId: null, maxAttempts: 2 },
      ...{ uniqueKey: 'report:k', status: 'pending' },
    });
    await workAt('2026-05-02T00:00:00Z');
    expect(begun).toEqual([]);
    await workAt('2026-05-03T00:00:00Z');
    expect(begun).toEqual([3]);
    expect((await enqueue(4, {})).existing).toBe(false);
  });

  it('begins its attempts again, and still waits for what it waited for', async () => {
    await open();
    const first = await kit.queue.enqueue(job, { n: 0 }, { runAt: new Date('2026-06-01T00:00:00Z') });
    const { id } = await kit.queue.flows.after(job, { n: 1 }, { after: [first.id], uniqueKey: 'k' });
    await database.pool.query('UPDATE punctual.jobs SET attempt = 3 WHERE id = $1', [id]);
    await enqueue(2, {});
    expect(await get(id)).toMatchObject({ payload: { n: 2 }, status: 'waiting', openDependencies: 1, attempt: 0 });
    await workOnce(kit.queue);
    expect(begun).toEqual([]);
  });

  it('is replaced in the transaction of the caller, or not at all', async () => {
    await open();
    const { id } = await enqueue(1, { runAt: new Date('2026-05-02T00:00:00Z') });
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      expect(await enqueue(2, { db: client })).toMatchObject({ id, replaced: true });
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
    expect(await get(id)).toMatchObject({ payload: { n: 1 } });
  });

  it('is replaced among many, in the order of the call', async () => {
    await open();
    const { id } = await enqueue(1, { runAt: new Date('2026-05-02T00:00:00Z') });
    const answers = await kit.queue.enqueueMany([
      { job, payload: { n: 5 } },
      { job, payload: { n: 6 }, options: { uniqueKey: 'k', onConflict: 'replace' } },
      { job, payload: { n: 7 }, options: { uniqueKey: 'other', onConflict: 'replace' } },
    ]);
    expect(answers.map(({ existing }) => existing)).toEqual([false, true, false]);
    expect(answers[1]?.id).toBe(id);
    expect(await Promise.all(answers.map(async (answer) => (await get(answer.id)).payload))).toEqual([
      { n: 5 },
      { n: 6 },
      { n: 7 },
    ]);
  });
});

describe('a recurring job', () => {
  it('follows the new schedule from now on; the same one changes nothing', async () => {
    await open();
    const { id } = await enqueue(1, { schedule: NINE });
    const before = await get(id);
    now = new Date('2026-05-01T18:00:00Z');
    expect(await enqueue(1, { schedule: { ...NINE, timezone: 'UTC' } })).toEqual({ id, existing: true });
    expect(await get(id)).toEqual(before);
    expect(await enqueue(1, { schedule: EIGHT })).toEqual({ id, existing: true, replaced: true });
    expect(await get(id)).toMatchObject({ runAt: new Date('2026-05-02T08:00:00Z'), seriesId: id });
    await workAt('2026-05-02T08:00:00Z');
    await workAt('2026-05-03T08:00:00Z');
    expect(begun).toEqual([1, 1]);
  });

  it('keeps the time of its waiting occurrence when only the payload is new', async () => {
    await open();
    const schedule = { frequency: 'daily', interval: 3, time: '09:00' } as const;
    const { id } = await enqueue(1, { schedule });
    const { runAt, schedule: stored } = await get(id);
    now = new Date('2026-05-03T12:00:00Z');
    await enqueue(2, { schedule });
    expect(await get(id)).toMatchObject({ payload: { n: 2 }, runAt, schedule: stored });
  });

  it('still runs an occurrence that was due before the change', async () => {
    await open();
    await enqueue(1, { schedule: NINE });
    now = new Date('2026-05-02T09:30:00Z');
    await enqueue(2, { schedule: EIGHT });
    await workOnce(kit.queue);
    expect(begun).toEqual([2]);
    const [next] = (await kit.queue.admin.list({ status: ['pending'] })).items;
    expect(next).toMatchObject({ runAt: new Date('2026-05-03T08:00:00Z'), uniqueKey: 'report:k' });
  });

  it('that runs goes on to its end, and what follows is by the new schedule and payload', async () => {
    await open();
    const { id } = await enqueue(1, { schedule: NINE }, true);
    now = new Date('2026-05-02T09:00:00Z');
    const { finish } = await running(id);
    expect(await enqueue(2, { schedule: EIGHT })).toEqual({ id, existing: true, replaced: true });
    await finish();
    const [next, ...more] = (await kit.queue.admin.list({ status: ['pending'] })).items;
    expect(next).toMatchObject({ payload: { n: 2 }, runAt: new Date('2026-05-03T08:00:00Z'), seriesId: id });
    expect([more, begun]).toEqual([[], [1]]);
    expect((await get(id)).status).toBe('completed');
  });
});

describe('a job that runs', () => {
  it.each([
    ['once', {}],
    ['again and again', { schedule: NINE }],
  ])('%s goes on without its key, and the new one is stored beside it', async (_what, options) => {
    await open();
    const { id } = await enqueue(1, options, true);
    now = new Date('2026-05-02T09:00:00Z');
    const { finish } = await running(id);
    const second = await enqueue(2, {});
    expect(second).toEqual({ id: expect.not.stringMatching(id), existing: false });
    await finish();
    await workOnce(kit.queue);
    expect(begun).toEqual([1, 2]);
    expect((await kit.queue.admin.list({ status: ['pending'] })).items).toEqual([]);
    expect((await enqueue(3, {})).existing).toBe(false);
  });
});

describe('a key that is held for a time', () => {
  it('keeps the job that has ended', async () => {
    await open();
    const { id } = await enqueue(1, { uniqueForMs: 60_000 });
    await workOnce(kit.queue);
    expect(await enqueue(2, {})).toEqual({ id, existing: true });
    now = new Date(now.getTime() + 61_000);
    expect((await enqueue(2, {})).existing).toBe(false);
  });
});

describe('many at once', () => {
  it('replace one another and leave one job', async () => {
    await open();
    const runAt = new Date('2026-05-02T00:00:00Z');
    const ids = await Promise.all(Array.from({ length: 8 }, (_, n) => enqueue(n, { runAt })));
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    expect(ids.filter(({ existing }) => !existing)).toHaveLength(1);
  });
});

describe('calls with several keys each', () => {
  it('do not wait for one another in a circle', async () => {
    await open();
    const keys = ['a', 'b', 'c', 'd'];
    const call = (n: number) => {
      const order = n % 2 === 0 ? keys : [...keys].reverse();
      const options = (uniqueKey: string, index: number): EnqueueOptions => ({
        ...{ uniqueKey, runAt: new Date('2026-05-02T00:00:00Z') },
        ...(index % 2 === 0 ? { onConflict: 'replace' } : {}),
      });
      return kit.queue.enqueueMany(order.map((key, index) => ({ job, payload: { n }, options: options(key, index) })));
    };
    await Promise.all(Array.from({ length: 12 }, (_, n) => call(n)));
    expect((await kit.queue.admin.list({ type: job.type })).items).toHaveLength(keys.length);
  });
});

describe('what makes no sense', () => {
  it.each([
    ['replace without a key', { uniqueKey: undefined as unknown as string }, 'onConflict'],
    ['another word', { onConflict: 'merge' as 'keep' }, 'onConflict'],
    ['a time and a schedule', { runAt: new Date(START), schedule: NINE }, 'runAt'],
  ])('is refused: %s', async (_what, options, path) => {
    await open();
    await expect(enqueue(1, options)).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { errors: [{ path }] } });
  });
});
