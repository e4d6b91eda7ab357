// The dedicated connection alone is cut: a new life begins within moments, and jobs must not wait for what the former one runs.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createScheduler, type Scheduler } from '../../src/compose/create-scheduler.js';
import { defineJob } from '../../src/scheduler/public.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
let scheduler: Scheduler;
let started: number[];
let release: () => void;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const quick = defineJob({
  type: 'quick',
  schema: z.object({ n: z.number() }),
  run: async () => void started.push(performance.now()),
});
const deaf = defineJob({
  type: 'deaf',
  schema: z.object({}),
  run: () => new Promise<void>((resolve) => (release = resolve)),
});

beforeEach(async () => {
  started = [];
  release = () => {};
  scheduler = createScheduler({
    databaseUrl: database.url,
    subscriptions: false,
    jobs: [quick, deaf],
    queue: { concurrency: 5 },
  });
  await scheduler.start();
});
afterEach(async () => {
  release();
  await scheduler.stop({ graceMs: 1_000 });
});

/** Cuts the dedicated connection, and waits until the scheduler has come back under another id. */
async function cutPresence(): Promise<void> {
  const id = async (): Promise<string | null> =>
    (await scheduler.status()).instances.find(({ self }) => self)?.id ?? null;
  const before = await id();
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'punctual-presence' AND datname = current_database()`,
  );
  await waitFor(async () => scheduler.ready() && ![before, null].includes(await id()), { what: 'a new life' });
}

/** How long a job that is enqueued now waits for its start. */
async function waitOfNext(n: number): Promise<number> {
  const before = performance.now();
  const count = started.length;
  await scheduler.enqueue(quick, { n });
  await waitFor(() => started.length > count, { timeoutMs: 20_000, everyMs: 2 });
  return started.at(-1)! - before;
}

it('jobs that are enqueued afterwards start at once, time after time', async () => {
  const waits: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await cutPresence();
    for (let n = 0; n < 4; n += 1) waits.push(await waitOfNext(n));
  }
  expect(Math.max(...waits)).toBeLessThan(1_500);
}, 60_000);

it('a job that pays no heed to its signal holds nobody up but itself', async () => {
  await scheduler.enqueue(deaf, {});
  await waitFor(() => scheduler.queue.worker.inFlight === 1);
  await cutPresence();
  expect(await waitOfNext(0)).toBeLessThan(1_500);
}, 60_000);
