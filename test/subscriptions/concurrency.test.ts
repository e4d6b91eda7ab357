// Many hands on the same rows: claims never overlap, settlements and rescues never deadlock, tenants share fairly.
import { expect, it } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { rescueLeftBehind } from '../../src/db/subscriptions/settle/rescue.js';
import { createConcurrencyLimit } from '../../src/scheduler/work/concurrency-limit.js';
import { mayHaveTakenEffect } from '../../src/scheduler/work/database-faults.js';
import { drain } from '../../src/scheduler/work/drain.js';
import type { ClaimedSubscription } from '../../src/subscriptions/run/claimed-subscription.js';
import { recomputeStale } from '../../src/subscriptions/schedules/recompute-stale.js';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import {
  addInstance,
  addSubscription,
  createBench,
  eachOnItsBench,
  ledgerOf,
  ok,
  rowOf,
  runAll,
  schedules,
  type Bench,
} from './support.js';

let database: TestDatabase;
let bench: Bench;

eachOnItsBench('2026-03-10T09:00:00Z', (made) => ({ database, bench } = made));

async function addDue(count: number, tenantId: string, nextRunAt = '2026-03-10T09:00:00Z'): Promise<void> {
  await database.pool.query(
    `INSERT INTO subscriptions (user_id, frequency, tenant_id) SELECT 'u' || n, 'daily', $2 FROM generate_series(1, $1::int) n`,
    [count, tenantId],
  );
  await database.pool.query(
    `UPDATE subscription_processing p SET next_run_at = $1 FROM subscriptions s WHERE s.id = p.subscription_id AND s.tenant_id = $2`,
    [nextRunAt, tenantId],
  );
}

async function claimAll(source: Bench['source'], limit: number): Promise<ClaimedSubscription[]> {
  const all: ClaimedSubscription[] = [];
  for (;;) {
    const { items, exhausted } = await source.claim({ limit });
    all.push(...items);
    if (exhausted) return all;
  }
}

it('four claimers at once take every row once', async () => {
  await addDue(400, 'a');
  const others = await Promise.all([1, 2, 3].map(() => createBench(database, '2026-03-10T09:00:00Z')));
  const claims = await Promise.all([bench, ...others].map(({ source }) => claimAll(source, 17)));
  // who came last may have found the last rows locked: one more look
  const rest = await claimAll(bench.source, 17);
  const ids = [...claims.flat(), ...rest].map(({ id }) => id);
  expect(ids).toHaveLength(400);
  expect(new Set(ids).size).toBe(400);
});

it('a rescue and the settlements of the one it rescues get along', async () => {
  await addDue(300, 'a');
  const items = await claimAll(bench.source, 100);
  const signal = new AbortController().signal;
  const done = await Promise.all(
    items.map(async (item) => ({ item, outcome: await bench.source.execute(item, { signal, runId: null }) })),
  );
  const batches = [0, 60, 120, 180, 240].map((from) => done.slice(from, from + 60).reverse());
  const rescues = [1, 2, 3].map(() => database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId])));
  const reports = await Promise.all(batches.map((batch) => bench.source.settle(batch)));
  const rescued = await Promise.all(rescues);
  const settled = reports.reduce((sum, { successful }) => sum + successful, 0);
  const lost = reports.reduce((sum, report) => sum + report.lost, 0);
  expect(settled + lost).toBe(300);
  expect(rescued.reduce((sum, count) => sum + count, 0)).toBe(lost);
});

it('one tenant with much due does not keep another waiting', async () => {
  await addDue(2_000, 'large', '2026-03-10T08:00:00Z');
  await addDue(10, 'small', '2026-03-10T08:59:00Z');
  const first = await bench.source.claim({ limit: 100 });
  expect(first).toMatchObject({ exhausted: false });
  expect(first.items.every(({ tenantId }) => tenantId === 'large')).toBe(true);
  const second = await bench.source.claim({ limit: 100 });
  expect(second.items.filter(({ tenantId }) => tenantId === 'small')).toHaveLength(10);
  await runAll(bench.source, [...first.items, ...second.items]);
  await bench.drain(500);
  expect(bench.calls).toHaveLength(2_010);
});

it('finds what was put back behind the floor', async () => {
  await addDue(20, 'a', '2026-03-10T08:59:00Z');
  const { items } = await bench.source.claim({ limit: 10 });
  await addSubscription(database, { nextRunAt: '2026-03-01T09:00:00Z', tenantId: 'old' });
  await bench.source.release(items);
  expect(await claimAll(bench.source, 10)).toHaveLength(21);
});

it('rescues what code from before us left behind, once nobody has touched it for the lease', async () => {
  const id = await addSubscription(database, { status: 'processing', nextRunAt: '2026-03-10T09:00:00Z' });
  const fresh = await addSubscription(database, { status: 'processing', nextRunAt: null });
  await database.pool.query(
    `UPDATE subscription_processing SET updated_at = '2026-03-10T08:58:59Z' WHERE subscription_id = $1`,
    [id],
  );
  await database.pool.query(
    `UPDATE subscription_processing SET updated_at = '2026-03-10T08:59:30Z' WHERE subscription_id = $1`,
    [fresh],
  );
  expect(await bench.source.nextDueInMs()).toBeLessThanOrEqual(0);
  expect((await rowOf(database, id)).status).toBe('pending');
  expect((await rowOf(database, fresh)).status).toBe('processing');
  expect(await rescueLeftBehind(database.db, 60, new Date('2026-03-10T09:01:00Z'))).toBe(1);
  await bench.drain();
  expect(await ledgerOf(database, id)).toMatchObject([{ outcome: 'completed' }]);
});

it('rescues in the end what was locked by somebody when its instance died', async () => {
  const id = await addSubscription(database, { nextRunAt: '2026-03-10T09:00:00Z' });
  await bench.source.claim({ limit: 1 });
  const host = await database.pool.connect();
  try {
    await host.query('BEGIN');
    await host.query('SELECT FROM subscription_processing FOR UPDATE');
    await database.db.query(`UPDATE {schema}.scheduler_instances SET state = 'dead' WHERE id = $1`, [bench.instanceId]);
    expect(await database.db.transaction((tx) => bench.source.rescue(tx, [bench.instanceId]))).toBe(0);
  } finally {
    await host.query('ROLLBACK');
    host.release();
  }
  expect(await rescueLeftBehind(database.db, 60, new Date('2026-03-10T09:00:30Z'))).toBe(0);
  expect(await rescueLeftBehind(database.db, 60, new Date('2026-03-10T09:01:01Z'))).toBe(1);
  expect((await rowOf(database, id)).status).toBe('pending');
});

it('gives back what it could not plan', async () => {
  const id = await addSubscription(database, { nextRunAt: '2026-03-08T09:00:00Z' });
  await database.db.query(
    `ALTER TABLE {schema}.subscription_runs ADD CONSTRAINT no_gaps CHECK (outcome <> 'coalesced')`,
  );
  try {
    const claim = bench.source.claim({ limit: 1 });
    await expect(claim).rejects.toThrow(/no_gaps/);
    await claim.catch((error: unknown) => expect(mayHaveTakenEffect(error)).toBe(false)); // or the instance would be given up
  } finally {
    await database.db.query('ALTER TABLE {schema}.subscription_runs DROP CONSTRAINT no_gaps');
  }
  expect(await rowOf(database, id)).toMatchObject({ status: 'pending', attempt: 0, claimed_by: null });
  await bench.drain();
  expect(bench.calls).toMatchObject([{ attempt: 1, missedCount: 2 }]);
});

it('settles an occurrence that the host doubled while it ran, and all others of its batch', async () => {
  const [id, other] = [await addSubscription(database), await addSubscription(database)];
  const at = '2026-03-10T09:00:00Z';
  await database.pool.query('UPDATE subscription_processing SET next_run_at = $1', [at]);
  let doubled = false;
  bench.answer = async ({ subscriptionId }) => {
    if (subscriptionId === id && !doubled) {
      doubled = true;
      const sql = 'INSERT INTO subscription_processing (subscription_id, next_run_at) VALUES ($1, $2)';
      await database.pool.query(sql, [id, at]);
    }
    return ok;
  };
  const never = new AbortController().signal;
  let asked = 0;
  const report = await drain(bench.source, {
    runId: null,
    signal: never,
    closing: never,
    parallel: createConcurrencyLimit(5),
    chunkSize: 10,
    settleAfterMs: 300,
    clock: systemClock,
    more: async () => {
      await waitFor(() => doubled);
      return (asked += 1) === 1;
    },
  });
  expect(report).toMatchObject({ claimed: 3, successful: 3, error: null });
  expect(await ledgerOf(database, id)).toMatchObject([{ outcome: 'completed' }]);
  expect(await ledgerOf(database, other)).toMatchObject([{ outcome: 'completed' }]);
});

it('puts off a row that cannot be planned, and runs the others', async () => {
  const [odd, other] = [await addSubscription(database), await addSubscription(database)];
  const real = schedules.compiled;
  const compiled = (row: Parameters<typeof real>[0] & { subscriptionId?: string }) => {
    if (row.subscriptionId === odd) throw new RangeError('Invalid time value');
    return real(row);
  };
  Object.assign(schedules, { compiled });
  try {
    await database.pool.query(`UPDATE subscriptions SET frequency = 'weekly' WHERE id = $1`, [odd]);
    expect(await recomputeStale(database.db, schedules, bench.now)).toBe(1);
    await bench.drain();
  } finally {
    Object.assign(schedules, { compiled: real });
  }
  expect(bench.calls).toMatchObject([{ subscriptionId: other }]);
  expect(await rowOf(database, odd)).toMatchObject({
    status: 'failed',
    claimed_by: null,
    error: 'INVALID_SCHEDULE: Invalid time value',
    next_run_at: new Date('2026-03-10T10:00:00Z'),
  });
  bench.now = new Date('2026-03-10T10:00:00Z');
  await bench.drain();
  expect(bench.calls.at(-1)).toMatchObject({ subscriptionId: odd });
});

it('does not rescue what a living instance holds', async () => {
  await addDue(5, 'a');
  await bench.source.claim({ limit: 10 });
  const other = await addInstance(database);
  expect(await database.db.transaction((tx) => bench.source.rescue(tx, [other]))).toBe(0);
  expect(await rescueLeftBehind(database.db, 0, new Date('2030-01-01T00:00:00Z'))).toBe(0);
});
