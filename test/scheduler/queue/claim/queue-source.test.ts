// When the worker looks for work: not for jobs that could not start, and in time when they can.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { OwnDatabase } from '../../../../src/db/database.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { counted, many } from '../counted.js';
import { queueKits } from '../support.js';

let database: TestDatabase;
const { open, clear } = queueKits(() => database);
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(clear);
afterAll(() => database.close());

/** Counts how often lanes are looked for. */
function countingLooks(db: OwnDatabase): { readonly db: OwnDatabase; readonly looks: () => number } {
  let looks = 0;
  const query: OwnDatabase['query'] = (text, values) => {
    if (text.includes('RECURSIVE moment')) looks += 1;
    return db.query(text, values);
  };
  return { db: { ...db, query }, looks: () => looks };
}

it('the end of a limit of 0 is noticed without a poll', async () => {
  const opensAt = performance.now() + 100;
  const leftMs = (): number => Math.max(0, opensAt - performance.now());
  const limits = { limitNow: () => (leftMs() > 0 ? 0 : 2), limitOpensInMs: leftMs };
  const troubled = counted('troubled', limits);
  const kit = await open({ jobs: [troubled.job], pollMs: 60_000 });
  await kit.queue.enqueueMany(many(troubled.job, 2));
  await waitFor(() => troubled.state.now === 2);
  troubled.open();
  await waitFor(() => troubled.state.now === 0);
});

it('new work for which there is no room causes no claim, and starts as soon as there is', async () => {
  const { db, looks } = countingLooks(database.db);
  const full = counted('full', { concurrency: 2 });
  const rare = counted('seldom', { rateLimit: { max: 1, perMs: 3_600_000 } });
  const other = counted('other');
  for (const job of [rare, other]) job.open();
  const listen = () => ({ connectionString: database.url });
  const kit = await open({ jobs: [full.job, rare.job, other.job], db, listen, pollMs: 60_000 });
  const enqueue = ({ job }: typeof full) =>
    database.db.transaction((tx) => kit.queue.enqueue(job, { n: 0 }, { db: tx }));
  for (const one of [full, full, full, rare, rare]) await enqueue(one);
  await waitFor(() => full.state.now === 2 && rare.state.runs === 1);
  const before = looks();
  for (let n = 0; n < 20; n += 1) for (const one of [full, rare]) await enqueue(one);
  await enqueue(other);
  await waitFor(() => other.state.runs === 1);
  expect(looks() - before).toBeLessThan(20);
  full.open();
  await waitFor(() => full.state.runs === 23);
  expect(rare.state.runs).toBe(1);
});

it('a rate limit ends in time although something else became due meanwhile', async () => {
  const slow = counted('slow', { rateLimit: { max: 2, perMs: 300 } });
  const other = counted('other');
  for (const job of [slow, other]) job.open();
  const kit = await open({ jobs: [slow.job, other.job], start: false, pollMs: 60_000 });
  await kit.queue.enqueueMany([...many(slow.job, 3), ...many(other.job, 1, { runAt: new Date(Date.now() + 100) })]);
  await kit.queue.worker.start();
  await waitFor(() => slow.state.runs === 3 && other.state.runs === 1);
});
