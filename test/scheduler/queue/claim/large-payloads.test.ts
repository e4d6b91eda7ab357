// A claim stops at 16 MiB of payloads; what it left is known to be there.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { queueKits } from '../support.js';

let database: TestDatabase;
const { open, clear } = queueKits(() => database);
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(clear);
afterAll(() => database.close());

it('what a claim left because of its size is known to be there, and is taken next', async () => {
  const load = defineJob({ type: 'load', schema: z.object({ text: z.string() }), run: () => {} });
  const kit = await open({ jobs: [load], start: false, concurrency: 100 });
  // random text does not compress
  const text = randomBytes(700_000).toString('base64');
  await kit.queue.enqueueMany(Array.from({ length: 26 }, () => ({ job: load, payload: { text } })));
  const { source } = kit.queue;
  const first = await source.claim({ limit: 100 });
  expect(first.items.length).toBeLessThan(26);
  expect(first.exhausted).toBe(false);
  const second = await source.claim({ limit: 100 });
  expect(first.items.length + second.items.length).toBe(26);
  await source.release([...first.items, ...second.items]);
});
