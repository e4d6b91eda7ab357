// Claims of what is due: fair between tenants whatever one of them has due, and in one statement.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.js';
import type { Db } from '../../../src/db/database.js';
import { createDueClaimer } from '../../../src/subscriptions/run/due-claimer.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { addInstance, addSubscription, rowOf } from '../support.js';

let database: TestDatabase;
let instanceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  instanceId = await addInstance(database);
});
afterAll(() => database.close());
beforeEach(() => database.pool.query('TRUNCATE subscriptions CASCADE'));

const request = (limit: number) => ({ instanceId, limit, now: new Date('2026-03-10T09:00:00Z'), nominalUntil: null });

/** With what the triggers would set, which are slow for this many rows. */
async function addDue(count: number, tenantId: string, nextRunAt: string): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query(`BEGIN; SET LOCAL session_replication_role = 'replica'`);
    await client.query(
      `WITH s AS (
         INSERT INTO subscriptions (user_id, frequency, tenant_id)
         SELECT 'u' || n, 'daily', $2 FROM generate_series(1, $1::int) AS n RETURNING id, tenant_id, user_id)
       INSERT INTO subscription_processing (subscription_id, next_run_at, runnable, bucket)
       SELECT id, $3, true, punctual.subscription_bucket(tenant_id, user_id) FROM s`,
      [count, tenantId, nextRunAt],
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

it("a tenant's 100,000 due rows delay another's ten by one chunk, not more", async () => {
  await addDue(100_000, 'large', '2026-03-10T08:00:00Z');
  await addDue(10, 'small', '2026-03-10T08:59:00Z');
  await database.pool.query('ANALYZE subscriptions, subscription_processing');
  const { rows: buckets } = await database.pool.query('SELECT DISTINCT bucket FROM subscription_processing');
  expect(buckets).toHaveLength(2); // tenants of one bucket share its part
  const claimer = createDueClaimer(database.db, systemClock);
  const tenantsOf = async (): Promise<(string | null)[]> =>
    (await claimer.claim(request(100))).rows.map(({ tenantId }) => tenantId);
  expect(new Set(await tenantsOf())).toEqual(new Set(['large']));
  const second = await tenantsOf();
  expect(second.filter((tenantId) => tenantId === 'small')).toHaveLength(10);
  expect(second.length).toBeGreaterThan(50);
}, 60_000);

it('a claim that takes rows is one statement, so that none can fail with rows in hand', async () => {
  const id = await addSubscription(database, { nextRunAt: '2026-03-10T08:00:00Z' });
  const unscheduled = await addSubscription(database, { nextRunAt: null });
  let statements = 0;
  const refusing: Db = {
    ...database.db,
    query: async (text, values) => {
      statements += 1;
      if (statements > 1) throw Object.assign(new Error('sorry, too many clients already'), { code: '53300' });
      return database.db.query(text, values);
    },
  };
  const claimer = createDueClaimer(refusing, systemClock);
  const { rows } = await claimer.claim(request(10));
  expect(statements).toBe(1);
  expect(rows.map(({ subscriptionId }) => subscriptionId).sort()).toEqual([id, unscheduled].sort());
  for (const { subscriptionId, claimToken } of rows) {
    expect((await rowOf(database, subscriptionId)).claim_token).toBe(claimToken);
  }
  await expect(claimer.claim(request(10))).rejects.toThrow('too many clients');
});
