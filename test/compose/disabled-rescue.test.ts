// `enabled: false`: nothing runs by itself, but what nobody holds is taken back all the same.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createScheduler, type SubscriptionScheduler } from '../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

describe('rows that code from before us left in processing, under enabled: false', () => {
  let test: TestDatabase;
  let scheduler: SubscriptionScheduler;
  const called: string[] = [];

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => scheduler.stop());
  afterAll(() => test.close());

  const start = async (): Promise<void> => {
    scheduler = createScheduler({
      pool: test.pool,
      enabled: false,
      heartbeatS: 1,
      subscriptions: { process: async ({ subscriptionId }) => void called.push(subscriptionId) },
    });
    await scheduler.start();
  };
  /** An hour ago, by a process that knew nothing of claims. */
  const leaveBehind = async (): Promise<string> => {
    const { rows } = await test.pool.query<{ id: string }>(
      `INSERT INTO subscriptions (user_id, frequency) VALUES ('maya', 'daily') RETURNING id`,
    );
    await test.pool.query(
      `UPDATE subscription_processing SET status = 'processing', next_run_at = now() - interval '1 hour',
         updated_at = now() - interval '1 hour' WHERE subscription_id = $1`,
      [rows[0]?.id],
    );
    return rows[0]?.id as string;
  };
  const statusOf = async (id: string): Promise<string> => {
    const sql = 'SELECT status FROM subscription_processing WHERE subscription_id = $1';
    return (await test.pool.query<{ status: string }>(sql, [id])).rows[0]?.status as string;
  };

  it('are put back with a heartbeat, and not called', async () => {
    const id = await leaveBehind();
    await start();
    await waitFor(async () => (await statusOf(id)) === 'pending');
    expect(called).toEqual([]);
    const run = await scheduler.trigger('subscriptions', { by: 'ops' });
    expect(run.counts.successful).toBe(1);
    expect(called).toEqual([id]);
  });
});
