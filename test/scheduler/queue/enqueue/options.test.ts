// Options of jobs that are wrong are refused before the database sees them: the caller's transaction goes on.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { SchedulerError } from '../../../../src/base/errors.js';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { ENQUEUE_RULES } from '../../../../src/scheduler/queue/enqueue/enqueue-options.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { ODD_VALUES } from '../../../support/odd-values.js';
import { startQueue, type TestQueue } from '../support.js';

let database: TestDatabase;
let kit: TestQueue;
const job = defineJob({ type: 'any', schema: z.object({}), run: () => {} });
const keyed = defineJob({ type: 'keyed', schema: z.object({}), run: () => {}, uniqueBy: () => 'k'.repeat(400_000) });

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [job, keyed], start: false });
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

const refused = (options: object, of: typeof job = job): Promise<SchedulerError> =>
  kit.queue.enqueue(of, {}, options).then(
    () => Promise.reject(new Error('it was taken')),
    (error: unknown) => error as SchedulerError,
  );

describe('enqueue refuses', () => {
  it.each<[string, object, string]>([
    ['a time that no calendar has', { runAt: new Date(8.64e15) }, 'runAt'],
    ['a time that is none', { runAt: new Date(NaN) }, 'runAt'],
    ['no attempt', { maxAttempts: 0 }, 'maxAttempts'],
    ['attempts without end', { maxAttempts: Infinity }, 'maxAttempts'],
    ['attempts that are no number', { maxAttempts: NaN }, 'maxAttempts'],
    ['a time-out that no column takes', { timeoutMs: 1e12 }, 'timeoutMs'],
    ['a negative time-out', { timeoutMs: -1 }, 'timeoutMs'],
    ['a key for no time', { uniqueKey: 'a', uniqueForMs: -1 }, 'uniqueForMs'],
    ['a priority in capitals', { priority: 'URGENT' }, 'priority'],
    ['NUL in a tenant', { tenantId: 'a\0' }, 'tenantId'],
    ['NUL in a key', { uniqueKey: 'a\0' }, 'uniqueKey'],
    ['a key of 400 kB', { uniqueKey: 'x'.repeat(400_000) }, 'uniqueKey'],
    ['a typo', { prioritty: 'high' }, 'prioritty'],
    ['a zone that is none', { schedule: { frequency: 'daily', timezone: 'Mars/Olympus' } }, 'timezone'],
  ])('%s', async (_what, options, path) => {
    const error = await refused(options);
    expect(error.code).toMatch(/^INVALID_(INPUT|SCHEDULE)$/);
    expect(error.details.errors).toEqual([{ path, message: expect.any(String) as never }]);
  });

  it('a key of the definition that cannot be stored', async () => {
    expect((await refused({}, keyed)).details.errors).toMatchObject([{ path: 'uniqueBy' }]);
  });

  it('a job that is none', async () => {
    for (const none of [undefined, null, {}, 7, { type: 'any' }]) {
      await expect(kit.queue.enqueue(none as never, {} as never)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        details: { errors: [{ path: 'job' }] },
      });
    }
  });
});

it('whatever an option holds, the caller’s transaction is good for the next statement', async () => {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    for (const option of Object.keys(ENQUEUE_RULES).filter((name) => name !== 'db')) {
      for (const [name, odd] of Object.entries(ODD_VALUES)) {
        const outcome = await kit.queue.enqueue(job, {}, { [option]: odd, db: client }).then(
          () => 'taken',
          (error: unknown) => (error as SchedulerError).code,
        );
        expect(`${option} with ${name}: ${outcome}`).toMatch(/: (taken|INVALID_INPUT|INVALID_SCHEDULE)$/);
      }
    }
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

describe('what is asked about jobs is checked as well', () => {
  const { admin } = { admin: () => kit.queue.admin };
  it.each<[string, () => Promise<unknown>, string]>([
    ['a page without end', () => admin().list({}, { limit: Infinity }), 'limit'],
    ['an id that is none', () => admin().list({ ids: ['x'] }), 'ids.0'],
    ['a status that is none', () => admin().list({ status: ['done'] }), 'status.0'],
    ['a filter with a typo', () => admin().list({ tpye: 'a' } as never), 'tpye'],
    ['a queue of no jobs at once', () => admin().patchQueue('default', { concurrency: 0 }), 'concurrency'],
    ['steps of a flow', () => kit.queue.flows.enqueue([{ name: 'a', job, payload: {}, aftr: [] } as never]), 'aftr'],
    ['a wait for what is no job', () => kit.queue.flows.after(job, {}, { after: ['x'] }), 'after.0'],
    ['work without a signal', () => kit.queue.worker.workOnce({} as never), 'closing'],
  ])('%s', async (_what, ask, path) => {
    await expect(ask()).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { errors: [{ path }] } });
  });
});
