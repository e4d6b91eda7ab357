// Work that is due and cannot be claimed is noticed, and that it can be claimed again.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { systemClock } from '../../../../src/base/clock.js';
import { createClaimWatch } from '../../../../src/scheduler/queue/claim/claim-watch.js';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { queueKits } from '../support.js';

let database: TestDatabase;
const { open, clear } = queueKits(() => database);
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(clear);
afterAll(() => database.close());

it('counts from the first claim that did not come through', () => {
  let ms = 0;
  const watch = createClaimWatch({ ...systemClock, monotonicMs: () => ms });
  expect(watch.stalledMs).toBeNull();
  watch.begun();
  ms = 5_000;
  watch.begun();
  expect(watch.stalledMs).toBe(5_000);
  watch.cleared();
  expect(watch.stalledMs).toBeNull();
});

it('a lock that somebody holds on the claims is noticed while work is due, and only then', async () => {
  const job = defineJob({ type: 'held', schema: z.object({}), run: () => {} });
  const kit = await open({ jobs: [job] });
  const holder = await database.pool.connect();
  await holder.query('BEGIN; LOCK TABLE punctual.job_claim_gate');
  expect(kit.queue.claimStalledMs()).toBeNull();
  const { id } = await kit.queue.enqueue(job, {});
  await waitFor(() => (kit.queue.claimStalledMs() ?? 0) > 50);
  await holder.query('ROLLBACK');
  holder.release();
  await kit.reaches(id, 'completed');
  await waitFor(() => kit.queue.claimStalledMs() === null);
});
