// Odd adopted rows are counted slice by slice, to the same sums as in one go.
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../../../src/base/clock.js';
import { tablesToCount } from '../../../../src/db/subscriptions/read/irregular.js';
import { createIrregularCounter } from '../../../../src/subscriptions/api/read/irregular.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { addSubscription, schedules } from '../../support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const EXPECTED = {
  unknown_timezone: 300,
  unknown_frequency: 1,
  invalid_schedule: 1,
  unknown_status: 300,
  superseded: 1,
};

it('adds up over many slices of the tables', async () => {
  await database.pool.query(
    `INSERT INTO subscriptions (user_id, frequency, timezone)
     SELECT 'u', 'daily', CASE WHEN n % 2 = 0 THEN 'Mars/Olympus' ELSE 'UTC' END FROM generate_series(1, 600) n`,
  );
  await database.pool.query(
    `UPDATE subscription_processing p SET status = 'archived' FROM subscriptions s
      WHERE s.id = p.subscription_id AND s.timezone = 'UTC'`,
  );
  await addSubscription(database, { frequency: 'sometimes' });
  const twice = await addSubscription(database, { schedule: { time: 'noon' } });
  await database.pool.query(`INSERT INTO subscription_processing (subscription_id) VALUES ($1)`, [twice]);
  const { processingBlocks, subscriptionBlocks } = await tablesToCount(database.db);
  expect(Math.min(processingBlocks, subscriptionBlocks)).toBeGreaterThan(3);
  for (const sliceBlocks of [1, 1_000]) {
    const count = createIrregularCounter({ db: database.db, schedules, clock: systemClock, sliceBlocks });
    await waitFor(async () => isDeepStrictEqual(await count(), EXPECTED));
  }
});

it('looks for rows without a subscription only where no foreign key rules them out', async () => {
  const count = createIrregularCounter({ db: database.db, schedules, clock: systemClock });
  expect(await tablesToCount(database.db)).toMatchObject({ keyed: true });
  await database.pool.query(
    `ALTER TABLE subscription_processing DROP CONSTRAINT subscription_processing_subscription_id_fkey`,
  );
  expect(await tablesToCount(database.db)).toMatchObject({ keyed: false });
  await database.pool.query(`DELETE FROM subscriptions WHERE frequency = 'sometimes'`);
  await waitFor(async () => (await count())['orphaned'] === 1);
});
