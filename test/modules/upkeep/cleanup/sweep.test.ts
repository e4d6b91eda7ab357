// The pace of a sweep, and what it does when the server has cut a batch off.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../../src/base/clock.js';
import { createSweep, pauseAfter } from '../../../../src/modules/upkeep/cleanup/sweep.js';
import type { Database } from '../../../../src/scheduler/public.js';
import type { Scheduler } from '../../../../src/compose/create-scheduler.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { counts, seed, startUpkeep } from '../upkeep-kit.js';

let database: TestDatabase;
let scheduler: Scheduler;
beforeAll(async () => {
  database = await createEmptyDatabase();
  scheduler = await startUpkeep(database);
});
afterAll(async () => {
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

it.each([
  [0, 2],
  [40, 10],
  [600, 150],
  [5_000, 1_000],
])('after a batch of %d ms it pauses for %d ms', (took, pause) => {
  expect(pauseAfter(took)).toBe(pause);
});

it('is rolled back by the server when its COMMIT does not come, and goes on with a smaller batch', async () => {
  await seed(database, 1_200, 0);
  let blocked = 0;
  // as if the event loop were blocked between the statement and its COMMIT, once
  const db: Database = {
    ...database.db,
    transaction: (work) =>
      database.db.transaction(async (tx) => {
        const result = await work(tx);
        blocked += 1;
        if (blocked === 1) await sleep(1_500);
        return result;
      }),
  };
  const sweep = createSweep({ db, clock: systemClock }, { table: 'page_visits', keepDays: 400, now: null });
  const { signal } = new AbortController();
  expect(await sweep.step(signal)).toEqual({ cleaned: 0, more: true });
  expect(await counts(database)).toMatchObject({ page_visits: 1_200, page_visits_archive: 0 });
  const batches: number[] = [];
  for (let more = true; more;) {
    const step = await sweep.step(signal);
    if (step.cleaned > 0) batches.push(step.cleaned);
    ({ more } = step);
  }
  expect(batches[0]).toBeLessThanOrEqual(500);
  expect(sweep.cleaned).toBe(1_200);
  expect(await counts(database)).toMatchObject({ page_visits: 0, page_visits_archive: 1_200 });
});
