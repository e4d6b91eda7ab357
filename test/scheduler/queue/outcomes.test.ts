// What a handler answers or throws, and what becomes of the job.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { bury, cancel, defineJob, done, retry, snooze, type JobContext } from '../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startQueue, type TestQueue } from './support.js';

let database: TestDatabase;
let kit: TestQueue;
const handlers = new Map<string, (ctx: JobContext) => unknown>();
const job = defineJob({
  type: 'any',
  schema: z.object({ does: z.string() }),
  run: (ctx, { does }) => handlers.get(does)?.(ctx),
});

/** Enqueues a job that does this, with what options it needs. */
const does = (name: string, run: (ctx: JobContext) => unknown, options = {}): Promise<{ id: string }> => {
  handlers.set(name, run);
  return kit.queue.enqueue(job, { does: name }, options);
};

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [job] });
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

describe('outcomes', () => {
  it('keeps what a handler returns, or wraps in done', async () => {
    const plain = await does('returns', () => ({ sum: 3 }));
    const wrapped = await does('wraps', () => done({ sum: 4 }));
    expect((await kit.reaches(plain.id, 'completed')).result).toEqual({ sum: 3 });
    const job = await kit.reaches(wrapped.id, 'completed');
    expect(job).toMatchObject({ result: { sum: 4 }, attempt: 1, claimedBy: null });
    expect(job.startedAt?.getTime()).toBeLessThanOrEqual(job.completedAt?.getTime() ?? 0);
  });

  it('waits 60 seconds and a little before the second attempt, and keeps message, code and stack', async () => {
    const { id } = await does('throws', () => {
      throw Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' });
    });
    const failed = await kit.reaches(id, 'failed');
    expect(failed).toMatchObject({ attempt: 1, errorCode: 'EHOSTUNREACH', errorMessage: 'no route' });
    expect(failed.errorStack).toContain('outcomes.test');
    const waitMs = failed.runAt.getTime() - (failed.startedAt?.getTime() ?? 0);
    expect(waitMs).toBeGreaterThanOrEqual(60_000);
    expect(waitMs).toBeLessThan(70_000);
  });

  it('tries again after the delay it was asked for, with the checkpoint of the attempt before', async () => {
    const { id } = await does('steps', async (ctx) => {
      if (ctx.attempt === 1) {
        await ctx.saveCheckpoint({ page: 7 });
        return retry({ delayMs: 0, reason: 'half done' });
      }
      return { from: ctx.checkpoint, attempt: ctx.attempt };
    });
    expect((await kit.reaches(id, 'completed')).result).toEqual({ from: { page: 7 }, attempt: 2 });
  });

  it('is dead after the last attempt, and says so to listeners and lists', async () => {
    const { id } = await does('never', () => Promise.reject(new TypeError('never')), { maxAttempts: 1 });
    expect(await kit.reaches(id, 'dead')).toMatchObject({ attempt: 1, errorCode: 'TypeError' });
    const { items } = await kit.queue.admin.list({ status: ['dead'], type: 'any' });
    expect(items.map((item) => item.id)).toContain(id);
  });

  it('buries, cancels and puts off when told to', async () => {
    const buried = await does('buries', () => bury('no such account'));
    const cancelled = await does('cancels', () => cancel('not wanted'));
    let seen = 0;
    const snoozed = await does('snoozes', (ctx) => ((seen += 1) === 1 ? snooze(1) : { attempt: ctx.attempt }));
    expect(await kit.reaches(buried.id, 'dead')).toMatchObject({ attempt: 1, errorMessage: 'no such account' });
    expect(await kit.reaches(cancelled.id, 'cancelled')).toMatchObject({ errorMessage: 'not wanted' });
    expect((await kit.reaches(snoozed.id, 'completed')).result).toEqual({ attempt: 1 });
    expect(seen).toBe(2);
  });

  it.each([
    ['a string', 'a string', 'a string'],
    ['an object', { reason: 7 }, 'non-Error thrown: {"reason":7}'],
    ['nothing', undefined, 'non-Error thrown: undefined'],
  ])('takes %s thrown for an error', async (name, thrown, message) => {
    const { id } = await does(`throws ${name}`, () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is the fault under test
      throw thrown;
    });
    expect(await kit.reaches(id, 'failed')).toMatchObject({ errorCode: 'NON_ERROR', errorMessage: message });
  });

  it('completes a job whose result cannot be kept, and says why in its log', async () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const { id } = await does('circle', () => circle);
    expect((await kit.reaches(id, 'completed')).result).toBeNull();
    await kit.queue.worker.flush();
    const { items } = await kit.queue.admin.logs(id);
    expect(items).toEqual([expect.objectContaining({ level: 'warn', message: expect.stringContaining('serialised') })]);
  });

  it('stores results and errors that hold what PostgreSQL refuses', async () => {
    const good = await does('nul', () => ({ text: 'a\0b', lone: '\ud800', escaped: 'a\\u0000b' }));
    const bad = await does('nul error', () => Promise.reject(new Error('a\0b\ud800')));
    expect((await kit.reaches(good.id, 'completed')).result).toEqual({
      text: 'a\ufffdb',
      lone: '\ufffd',
      escaped: 'a\\u0000b',
    });
    expect((await kit.reaches(bad.id, 'failed')).errorMessage).toBe('a\ufffdb\ufffd');
  });

  it('may be taken apart by its handler', async () => {
    const { id } = await does('apart', async ({ progress, saveCheckpoint, dependencies, log }) => {
      progress(0.25);
      await saveCheckpoint({ n: 1 });
      log.info('apart');
      return { waitedFor: (await dependencies()).length };
    });
    expect(await kit.reaches(id, 'completed')).toMatchObject({ result: { waitedFor: 0 } });
  });

  it('shows progress and logs, by level and in pages', async () => {
    const { id } = await does('talks', async (ctx) => {
      ctx.progress(0.5, 'half');
      for (const n of [1, 2, 3]) ctx.log.info(`line ${n}`, { n });
      ctx.log.warn('careful');
      await kit.queue.worker.flush();
    });
    const job = await kit.reaches(id, 'completed');
    expect(job).toMatchObject({ progress: 0.5, progressNote: 'half' });
    const first = await kit.queue.admin.logs(id, { levels: ['info'], limit: 2 });
    expect(first.items.map((line) => line.message)).toEqual(['line 1', 'line 2']);
    const next = await kit.queue.admin.logs(id, { levels: ['info'], cursor: first.nextCursor ?? '' });
    expect(next.items.map((line) => line.data)).toEqual([{ n: 3 }]);
  });

  it('keeps the error of each attempt in its log', async () => {
    const { id } = await does('fails again', () => Promise.reject(new Error('no paper')));
    await kit.reaches(id, 'failed');
    await kit.queue.worker.flush();
    const { items } = await kit.queue.admin.logs(id);
    expect(items).toEqual([expect.objectContaining({ level: 'warn', attempt: 1, message: 'Error: no paper' })]);
  });

  it('bounds the log of a job', async () => {
    const { id } = await does('chatters', (ctx) => {
      for (let n = 0; n < 2_000; n += 1) ctx.log.debug(`line ${n}`);
    });
    await kit.reaches(id, 'completed');
    await kit.queue.worker.flush();
    const { rows } = await database.pool.query<{ n: number; last: string }>(
      `SELECT count(*)::int AS n, (array_agg(message ORDER BY id DESC))[1] AS last FROM punctual.job_logs WHERE job_id = $1`,
      [id],
    );
    expect(rows[0]).toEqual({ n: 1_000, last: expect.stringContaining('log full') });
  });
});
