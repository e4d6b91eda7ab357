// An instance that cannot claim jobs is alive, but not ready.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { defineJob } from '../../src/scheduler/public.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('is not ready while its claims fail, and is again when they succeed', async () => {
  const job = defineJob({ type: 'note', schema: z.object({}), run: () => {} });
  const scheduler = createScheduler({ pool: database.pool, subscriptions: false, jobs: [job] });
  const rename = (from: string, to: string) => database.pool.query(`ALTER FUNCTION punctual.${from} RENAME TO ${to}`);
  await scheduler.start();
  try {
    expect(scheduler.ready()).toBe(true);
    await rename('claim_jobs', 'hidden');
    const { id } = await scheduler.enqueue(job, {});
    await waitFor(() => !scheduler.ready());
    await rename('hidden', 'claim_jobs');
    await waitFor(() => scheduler.ready(), { timeoutMs: 20_000 });
    await waitFor(async () => (await scheduler.queue.admin.get(id)).status === 'completed');
  } finally {
    await scheduler.stop();
  }
}, 60_000);
