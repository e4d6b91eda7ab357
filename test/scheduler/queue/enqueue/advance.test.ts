// `onConflict: 'advance'`: a job that waits for a later time runs sooner, and nobody's claims are held up.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob, type EnqueueOptions, type Job } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { deferred, queueKits, workOnce, type TestQueue } from '../support.js';

const START = '2026-05-01T12:00:00Z';
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
const advance = (n: number, options: EnqueueOptions = {}) =>
  kit.queue.enqueue(job, { n }, { uniqueKey: 'k', onConflict: 'advance', ...options });
const get = (id: string): Promise<Job> => kit.queue.admin.get(id);
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

describe("`onConflict: 'advance'`", () => {
  const later = new Date('2026-05-03T00:00:00Z');

  it('brings a waiting job forward to the requested time, and changes nothing else', async () => {
    await open();
    const { id } = await advance(1, { onConflict: 'keep', runAt: later, priority: 'low' });
    const sooner = new Date('2026-05-02T00:00:00Z');
    expect(await advance(2, { runAt: sooner })).toEqual({ id, existing: true, replaced: true });
    expect(await get(id)).toMatchObject({ payload: { n: 1 }, runAt: sooner, scheduledFor: sooner, priority: 3 });
    expect(await advance(2, { runAt: later })).toEqual({ id, existing: true });
    expect(await advance(3)).toEqual({ id, existing: true, replaced: true });
    expect(await get(id)).toMatchObject({ runAt: now });
    await workOnce(kit.queue);
    expect(begun).toEqual([1]);
    expect(await advance(4)).toMatchObject({ existing: false });
    await workOnce(kit.queue);
    expect(begun).toEqual([1, 4]);
  });

  it('keeps a job that waits for a retry, recurs or runs', async () => {
    await open();
    const { id } = await advance(1, { onConflict: 'keep' });
    await database.pool.query(`UPDATE punctual.jobs SET attempt = 1, run_at = $2 WHERE id = $1`, [id, later]);
    expect(await advance(2)).toEqual({ id, existing: true });
    await database.pool.query('DELETE FROM punctual.jobs');
    await database.pool.query('DELETE FROM punctual.job_keys');
    const recurring = await advance(1, { onConflict: 'keep', schedule: NINE });
    expect(await advance(2)).toEqual({ id: recurring.id, existing: true });
    await expect(advance(2, { schedule: NINE })).rejects.toThrow('onConflict must be keep or replace');
    await database.pool.query('DELETE FROM punctual.jobs');
    await database.pool.query('DELETE FROM punctual.job_keys');
    const { id: inHand } = await kit.queue.enqueue(job, { n: 1, waits: true }, { uniqueKey: 'k' });
    const { finish } = await running(inHand);
    expect(await advance(2)).toEqual({ id: inHand, existing: true });
    await finish();
    expect(begun).toEqual([1]);
  });

  it("blocks nobody's claims while the caller's transaction is open, and is undone with it", async () => {
    await open();
    const { id } = await advance(1, { onConflict: 'keep', runAt: later });
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      expect(await advance(2, { db: client })).toEqual({ id, existing: true, replaced: true });
      await kit.queue.enqueue(job, { n: 7 });
      await workOnce(kit.queue);
      expect(begun).toEqual([7]);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
    expect(await get(id)).toMatchObject({ runAt: later });
    const answers = await kit.queue.enqueueMany([
      { job, payload: { n: 5 } },
      { job, payload: { n: 6 }, options: { uniqueKey: 'k', onConflict: 'advance' } },
    ]);
    expect(answers[1]).toEqual({ id, existing: true, replaced: true });
  });
});
