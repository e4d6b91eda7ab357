// What comes before the claims of a run: changed schedules and ended pauses, asked for only when there is reason to.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import type { Database } from '../../src/db/database.js';
import type { ProcessContext } from '../../src/scheduler/contracts/define-process.js';
import { createConcurrencyLimit } from '../../src/scheduler/work/concurrency-limit.js';
import { createSubscriptionsProcess } from '../../src/subscriptions/run/subscriptions-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { addSubscription, createBench, rowOf, schedules, type Bench } from './support.js';

let database: TestDatabase;
let bench: Bench;

beforeAll(async () => {
  database = await createTestDatabase();
  bench = await createBench(database, '2026-03-10T09:00:00Z');
});
afterAll(() => database.close());

/** Answers how many statements the run made besides those of its source. */
async function run(trigger: 'tick' | 'manual'): Promise<number> {
  let asked = 0;
  const db: Database = {
    ...database.db,
    query: (text, values) => {
      asked += 1;
      return database.db.query(text, values);
    },
  };
  const process = createSubscriptionsProcess({
    db,
    source: bench.source,
    schedules,
    clock: systemClock,
    random: () => 0,
    limits: { parallel: createConcurrencyLimit(5), chunkSize: 10 },
    now: () => bench.now,
  });
  const never = new AbortController().signal;
  const context: Partial<ProcessContext> = {
    runId: randomUUID(),
    trigger,
    signal: never,
    closing: never,
    log: silentLogger,
    progress: () => {},
    count: () => {},
    sample: () => {},
    input: undefined,
  };
  await process.run(context as ProcessContext);
  return asked;
}

const due = (): Promise<string> => addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });

it('is left out by a tick whose look saw neither, and done when it saw one or when a person asks', async () => {
  const id = await due();
  expect(await bench.source.nextDueInMs()).toBe(0);
  expect(await run('tick')).toBe(0);
  expect(bench.calls).toMatchObject([{ subscriptionId: id }]);
  expect(await run('manual')).toBeGreaterThan(0);

  await database.pool.query(`UPDATE subscriptions SET timezone = 'Asia/Tokyo'`);
  expect(await bench.source.nextDueInMs()).toBeLessThan(0);
  expect(await run('tick')).toBeGreaterThan(0);
  expect(await rowOf(database, id)).toMatchObject({ stale: false });

  const paused = await due();
  await database.pool.query(`UPDATE subscriptions SET paused_until = '2026-03-10T08:30:00Z' WHERE id = $1`, [paused]);
  expect(await bench.source.nextDueInMs()).toBeLessThan(0);
  await run('tick');
  expect(bench.calls.at(-1)).toMatchObject({ subscriptionId: paused });
});
