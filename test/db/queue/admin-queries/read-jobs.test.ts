// The search of errors: what it finds, in which order, and where it ends.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  isTruncated,
  listJobs,
  MOST_SEARCHED,
  type JobFilter,
} from '../../../../src/db/queue/admin-queries/read-jobs.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await insert(1, 6);
});
afterAll(() => database.close());

/** Odd ones are dead, every fourth waits for its retry, the others completed with the same text in their last error. */
const insert = (from: number, to: number) =>
  database.pool.query(
    `INSERT INTO punctual.jobs (id, type, queue, status, error_code, error_message, completed_at, dead_at)
     SELECT lpad(n::text, 32, '0')::uuid, CASE WHEN n < 4 THEN 'mail' ELSE 'bill' END, 'default',
       CASE WHEN n % 2 = 1 THEN 'dead' WHEN n % 4 = 0 THEN 'failed' ELSE 'completed' END, 'E_CODE',
       'Kärcher no. ' || n || ': 100% of a_b\\c', CASE WHEN n % 4 <> 0 THEN now() END, CASE WHEN n % 2 = 1 THEN now() + n * interval '1 s' END
     FROM generate_series($1::integer, $2::integer) n`,
    [from, to],
  );

const found = async (filter: JobFilter, before: number | null = null, limit = 10): Promise<number[]> => {
  const id = before === null ? null : String(before).padStart(32, '0');
  const jobs = await listJobs(database.db, filter, { limit, before: id });
  return jobs.map((job) => Number(job.id.replaceAll('-', '')));
};

describe('a search of errors', () => {
  it.each([
    ['kÄRCHER', [5, 4, 3, 1]],
    ['e_code kärcher no. 3', [3]],
    ['100%', [5, 4, 3, 1]],
    ['1%0', []],
    ['a_b\\c', [5, 4, 3, 1]],
    ['a.b', []],
    ['axb', []],
    ['no. 2', []],
  ])('for %j finds %j: dead jobs and those between two attempts, newest first', async (error, expected) => {
    expect(await found({ error })).toEqual(expected);
  });

  it('is narrowed by the other filters, and goes on from page to page', async () => {
    expect(await found({ error: 'no.', type: 'mail' })).toEqual([3, 1]);
    expect(await found({ error: 'no.', status: ['failed'] })).toEqual([4]);
    expect(await found({ error: 'no.' }, null, 2)).toEqual([5, 4]);
    expect(await found({ error: 'no.' }, 4, 2)).toEqual([3, 1]);
    expect(await found({ errorGroup: 'Kärcher no. #: #% of a_b\\c' })).toEqual([5, 3, 1]);
    expect(await found({ status: ['failed'] })).toEqual([4]);
    expect(await isTruncated(database.db, { error: 'no.' })).toBe(false);
  });

  it('looks at the newest alone where there are many, and says so', async () => {
    await insert(7, 2 * MOST_SEARCHED + 7);
    expect(await found({ error: 'no. 3:' })).toEqual([]);
    expect(await found({ error: `no. ${String(2 * MOST_SEARCHED + 7)}:` })).toEqual([2 * MOST_SEARCHED + 7]);
    expect(await isTruncated(database.db, { error: 'no.' })).toBe(true);
    expect(await isTruncated(database.db, { errorGroup: 'x' })).toBe(true);
    expect(await isTruncated(database.db, { status: ['dead'] })).toBe(false);
  });
});
