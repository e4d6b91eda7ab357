// The durations that the release before kept in job_stats are found in the histograms after the migration.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { quantileMs, RELATIVE_ERROR } from '../../../src/base/latency-bins.js';
import { readLatencies } from '../../../src/db/engine/queries/records/latencies.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('each bin becomes the one with the same limit, in its hour and in its day', async () => {
  // up to 1 ms: 5; up to 8 ms: 90; up to 1,024 ms: 5
  await database.pool.query(`
    INSERT INTO punctual.job_stats (hour, type, completed, histogram)
    SELECT date_trunc('hour', now()), 'mail', 100, '{5,0,0,90,0,0,0,0,0,0,5}'::bigint[]
    UNION ALL SELECT date_trunc('hour', now()), 'empty', 0, '{}'`);
  const sql = await readFile('src/db/queue/migrations/0005_durations.sql', 'utf8');
  await database.pool.query(sql.replaceAll('{schema}', 'punctual'));
  const rows = await readLatencies(database.db, { hours: 1 }, null);
  expect(rows.map(({ name, bins }) => [name, bins.filter((count) => count > 0)])).toEqual([['mail', [5, 90, 5]]]);
  const p99 = quantileMs(rows[0]?.bins ?? [], 0.99) as number;
  expect(Math.abs(p99 - 1_024)).toBeLessThanOrEqual(1_024 * RELATIVE_ERROR);
  const { rows: spans } = await database.pool.query('SELECT span FROM punctual.scheduler_latencies ORDER BY span');
  expect(spans).toEqual([{ span: 'day' }, { span: 'hour' }]);
});
