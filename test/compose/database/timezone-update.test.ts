// Instances that start with newer time zone rules: one of them moves what is stored, in batches, as a run that can be looked up.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { silentLogger } from '../../../src/base/logger.js';
import { createScheduler } from '../../../src/compose/create-scheduler.js';
import { writeMeta } from '../../../src/db/engine/queries/meta.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const SUBSCRIPTIONS = 2_300;

it('moves every stored next run once, on one instance, as one run', async () => {
  await database.pool.query(
    `INSERT INTO subscriptions (user_id, frequency, timezone)
     SELECT 'someone', 'daily', 'Europe/Berlin' FROM generate_series(1, $1)`,
    [SUBSCRIPTIONS],
  );
  // where older rules would have put 09:00 in Berlin
  await database.pool.query(`UPDATE subscription_processing SET next_run_at = '2099-07-10T08:00:00Z', stale = false`);
  await writeMeta(database.db, 'tz_version', '2000a');
  const schedulers = [1, 2, 3].map(() =>
    createScheduler({
      databaseUrl: database.url,
      logger: silentLogger,
      subscriptions: { process: async () => {} },
    }),
  );
  try {
    await Promise.all(schedulers.map((scheduler) => scheduler.start()));
    const runs = await waitFor(async () => {
      const { rows } = await database.db.query<{ status: string; counts: { moved?: number } }>(
        `SELECT status, exclusive, triggered_by, counts FROM {schema}.scheduler_runs WHERE process = 'timezone-update'`,
      );
      return rows.length > 0 && rows.every(({ status }) => status === 'completed') && rows;
    });
    expect(runs.filter(({ counts }) => counts.moved)).toMatchObject([
      { exclusive: true, triggered_by: 'start', counts: { processed: SUBSCRIPTIONS, moved: SUBSCRIPTIONS } },
    ]);
    const { rows } = await database.pool.query<{ at: Date; count: number }>(
      `SELECT next_run_at AS at, count(*)::int AS count FROM subscription_processing GROUP BY 1`,
    );
    expect(rows).toEqual([{ at: new Date('2099-07-10T07:00:00Z'), count: SUBSCRIPTIONS }]);
  } finally {
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
  }
}, 60_000);
