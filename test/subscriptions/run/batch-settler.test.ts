// Settlements whose answer is lost, and rows that vanish in the moment of their settlement.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Db } from '../../../src/db/database.js';
import {
  createSubscriptionSource,
  type SubscriptionSource,
} from '../../../src/subscriptions/run/subscription-source.js';
import { systemClock } from '../../../src/base/clock.js';
import type { Attempt } from '../../../src/clients/subscription-worker/attempt.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { addInstance, addSubscription, broken, ledgerOf, ok, rowOf, schedules } from '../support.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE subscriptions CASCADE');
  await database.db.query('TRUNCATE {schema}.subscription_runs');
});

/** A connection that is cut after the first settlement was committed, before its answer arrives. */
function losingOneAnswer(db: Db): Db {
  let lost = false;
  const query = async (text: string, values?: unknown[]) => {
    const result = await db.query(text, values);
    if (lost || !text.includes('outcome AS (')) return result;
    lost = true;
    throw new Error('Connection terminated unexpectedly');
  };
  return { ...db, query } as unknown as Db;
}

async function sourceOver(db: Db, answer: Attempt): Promise<SubscriptionSource> {
  const instanceId = await addInstance(database);
  return createSubscriptionSource({
    db,
    instanceId: () => instanceId,
    processor: async () => answer,
    schedules,
    policy: { maxAttempts: 3, retryBaseMs: 60_000, suspendAfter: 3 },
    leaseS: 60,
    clock: systemClock,
    random: () => 0,
    now: () => new Date('2026-03-13T12:00:00Z'),
  });
}

async function runOne(source: SubscriptionSource) {
  const runId = '00000000-0000-4000-8000-00000000000a';
  const { items } = await source.forRun({ runId, nominalUntil: null }).claim({ limit: 5 });
  const signal = new AbortController().signal;
  return Promise.all(items.map(async (item) => ({ item, outcome: await source.execute(item, { signal, runId }) })));
}

describe('a settlement whose answer was lost', () => {
  it.each([
    ['completed', ok, { successful: 1, failed: 0 }],
    ['waiting for its retry', broken(), { successful: 0, failed: 1, retried: 1 }],
  ])('counts as what it is when it stands: %s', async (_what, answer, counts) => {
    await addSubscription(database, { nextRunAt: '2026-03-13T09:00:00Z' });
    const source = await sourceOver(losingOneAnswer(database.db), answer);
    const batch = await runOne(source);
    await expect(source.settle(batch)).rejects.toThrow('Connection terminated');
    expect(await source.settle(batch)).toMatchObject({ ...counts, lost: 0 });
  });

  it('counts as lost when somebody else has ended the claim', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-13T09:00:00Z' });
    const source = await sourceOver(database.db, ok);
    const batch = await runOne(source);
    await database.pool.query('UPDATE subscription_processing SET claim_token = gen_random_uuid()');
    expect(await source.settle(batch)).toMatchObject({ successful: 0, lost: 1 });
    expect(await ledgerOf(database, id)).toEqual([]);
  });
});

describe('a processing row that the host deletes while its call is under way', () => {
  it('comes back with its claim: the call is not made again, and its end counts', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-13T09:00:00Z' });
    const source = await sourceOver(database.db, ok);
    const batch = await runOne(source);
    await database.pool.query('DELETE FROM subscription_processing');
    expect((await source.claim({ limit: 5 })).items).toEqual([]);
    expect(await rowOf(database, id)).toMatchObject({ status: 'processing' });
    expect(await source.settle(batch)).toMatchObject({ successful: 1, lost: 0 });
    expect(await rowOf(database, id)).toMatchObject({
      status: 'completed',
      next_run_at: new Date('2026-03-14T09:00:00Z'),
    });
  });

  it('is free at once when its instance is dead', async () => {
    const id = await addSubscription(database, { nextRunAt: '2026-03-13T09:00:00Z' });
    await runOne(await sourceOver(database.db, ok));
    await database.db.query(`UPDATE {schema}.scheduler_instances SET state = 'dead'`);
    await database.pool.query('DELETE FROM subscription_processing');
    expect(await rowOf(database, id)).toMatchObject({ status: 'pending', claim_token: null });
  });
});
