// Jobs for later start when they are due, each one of them: the timer to the next is set again after every job.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { queueKits } from '../support.js';

/** So long that a poll cannot be what finds the work. */
const POLL_MS = 60_000;

let database: TestDatabase;
const kits = queueKits(() => database);
const began: { readonly n: number; readonly at: Date }[] = [];
const job = defineJob({
  type: 'later',
  schema: z.object({ n: z.number() }),
  run: (_ctx, { n }) => void began.push({ n, at: new Date() }),
});

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  began.length = 0;
  await kits.clear();
});
afterAll(() => database.close());

describe('jobs for later', () => {
  it('start one after the other when they are due, none early', async () => {
    const { queue } = await kits.open({ jobs: [job], pollMs: POLL_MS });
    const times = [400, 800, 1_200, 1_600, 2_000].map((ms) => new Date(Date.now() + ms));
    for (const [n, runAt] of times.entries()) await queue.enqueue(job, { n }, { runAt });
    await waitFor(() => began.length === times.length);
    for (const { n, at } of began) expect(at.getTime()).toBeGreaterThanOrEqual(times[n]!.getTime());
    expect(began.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
  });

  it('are found by a worker that starts after they were stored', async () => {
    const { queue } = await kits.open({ jobs: [job], start: false, pollMs: POLL_MS });
    const now = Date.now();
    for (const n of [0, 1, 2]) await queue.enqueue(job, { n }, { runAt: new Date(now + 300 + n * 300) });
    await queue.worker.start();
    await waitFor(() => began.length === 3);
  });

  it('with priorities and tenants of their own do not wait for each other', async () => {
    const { queue } = await kits.open({ jobs: [job], pollMs: POLL_MS });
    const now = Date.now();
    for (const n of [0, 1, 2, 3, 4, 5]) {
      const priority = n % 2 === 0 ? 'high' : 'low';
      await queue.enqueue(job, { n }, { runAt: new Date(now + 300 + n * 200), tenantId: `t${n}`, priority });
    }
    await waitFor(() => began.length === 6);
    expect(began.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('that recur every second run every second', async () => {
    const { queue } = await kits.open({ jobs: [job], pollMs: POLL_MS });
    await queue.enqueue(job, { n: 0 }, { schedule: { frequency: 'cron', cron: '* * * * * *' }, uniqueKey: 'tick' });
    await waitFor(() => began.length >= 4);
    const seconds = began.map(({ at }) => Math.floor(at.getTime() / 1_000));
    expect(seconds.slice(0, 4)).toEqual([0, 1, 2, 3].map((n) => seconds[0]! + n));
  });

  it('that failed come again after their delay', async () => {
    let attempts = 0;
    const flaky = defineJob({
      type: 'flaky',
      schema: z.object({}),
      retry: { maxAttempts: 3, tableS: [0, 1, 1] },
      run: () => {
        attempts += 1;
        if (attempts < 3) throw new Error('not yet');
      },
    });
    const kit = await kits.open({ jobs: [flaky], pollMs: POLL_MS });
    const { id } = await kit.queue.enqueue(flaky, {});
    expect(await kit.reaches(id, 'completed')).toMatchObject({ attempt: 3 });
  });
});
