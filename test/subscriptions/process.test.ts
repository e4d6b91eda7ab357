// The process `subscriptions`: what a tick drains, and what a trigger may ask for.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import type { ProcessContext } from '../../src/scheduler/contracts/define-process.js';
import { NO_COUNTS, type RunCounts } from '../../src/scheduler/contracts/run.js';
import { createConcurrencyLimit } from '../../src/scheduler/work/concurrency-limit.js';
import { createSubscriptionsProcess } from '../../src/subscriptions/run/subscriptions-process.js';
import type { ProcessSubscriptionsInput } from '../../src/subscriptions/api/subscriptions-api.js';
import type { TestDatabase } from '../support/database.js';
import {
  addSubscription,
  broken,
  createBench,
  eachOnItsBench,
  ledgerOf,
  ok,
  rejected,
  rowOf,
  schedules,
  type Bench,
} from './support.js';

let database: TestDatabase;
let bench: Bench;

eachOnItsBench('2026-03-10T09:00:00Z', (made) => ({ database, bench } = made));

const at = (text: string): Date => new Date(text);

interface Ran {
  readonly runId: string;
  readonly counts: RunCounts;
  readonly result: Record<string, number>;
}

async function run(input?: ProcessSubscriptionsInput, chunkSize = 10): Promise<Ran> {
  const process = createSubscriptionsProcess({
    db: database.db,
    source: bench.source,
    schedules,
    clock: systemClock,
    random: () => 0,
    limits: { parallel: createConcurrencyLimit(5), chunkSize },
    now: () => bench.now,
  });
  await process.check?.(input);
  const counts: Record<string, number> = { ...NO_COUNTS };
  const never = new AbortController().signal;
  const context: ProcessContext = {
    runId: randomUUID(),
    slot: null,
    trigger: input === undefined ? 'tick' : 'manual',
    triggeredBy: null,
    signal: never,
    closing: never,
    deadline: new Date(Date.now() + 300_000),
    log: silentLogger,
    progress: () => {},
    count: (more) => {
      for (const [name, count] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + (count ?? 0);
    },
    sample: () => {},
    input,
  };
  const result = ((await process.run(context)) ?? {}) as Record<string, number>;
  return { runId: context.runId, counts: counts as unknown as RunCounts, result };
}

const due = (tenantId: string, frequency = 'daily'): Promise<string> =>
  addSubscription(database, { tenantId, frequency, nextRunAt: '2026-03-10T09:00:00Z' });
const later = (tenantId: string): Promise<string> =>
  addSubscription(database, { tenantId, nextRunAt: '2026-03-10T20:00:00Z' });

describe('a tick', () => {
  it('drains all that is due over several chunks', async () => {
    for (let i = 0; i < 35; i += 1) await due('t');
    const { counts, result } = await run();
    expect(counts).toMatchObject({ processed: 35, successful: 35, failed: 0 });
    expect(result).toEqual({ stopped_early: 0 });
    expect(new Set(bench.calls.map(({ subscriptionId }) => subscriptionId)).size).toBe(35);
  });

  it('stops with a clear error when the receiver is set up wrongly, and uses no attempt up', async () => {
    const id = await due('t');
    bench.answer = () => ({
      kind: 'misconfigured',
      status: 404,
      durationMs: 1,
      error: { code: 'HTTP_404', message: 'no such path' },
    });
    await expect(run()).rejects.toMatchObject({ code: 'RECEIVER_MISCONFIGURED' });
    expect(await rowOf(database, id)).toMatchObject({ status: 'pending', attempt: 0, claim_token: null });
  });

  it('recomputes a changed schedule before it claims', async () => {
    const id = await due('t');
    await database.pool.query(`UPDATE subscriptions SET timezone = 'Asia/Tokyo'`);
    await database.pool.query(
      `UPDATE subscription_processing SET next_run_at = '2026-03-10T08:59:59Z', schedule_since = '2026-03-10T08:00:00Z'`,
    );
    await run();
    expect(bench.calls).toEqual([]);
    expect((await rowOf(database, id)).next_run_at).toEqual(at('2026-03-11T00:00:00Z'));
  });
});

describe('a trigger', () => {
  it('drains what was due when it was called, or as many as asked', async () => {
    for (let i = 0; i < 8; i += 1) await due('t');
    expect((await run({ limit: 3 })).counts).toMatchObject({ processed: 3 });
    expect((await run({})).counts).toMatchObject({ processed: 5 });
  });

  it.each([
    ['tenantId', (): ProcessSubscriptionsInput => ({ tenantId: 'a' }), 2],
    ['frequency', (): ProcessSubscriptionsInput => ({ frequency: 'hourly' }), 1],
    ['userId', (): ProcessSubscriptionsInput => ({ userId: 'someone' }), 3],
  ])('narrows by %s', async (_name, input, expected) => {
    await due('a');
    await due('a', 'hourly');
    await due('b');
    await later('a');
    expect((await run(input())).counts.processed).toBe(expected);
  });

  it('with dry_run only counts', async () => {
    await due('a');
    await later('a');
    expect((await run({ tenantId: 'a', dryRun: true })).result).toMatchObject({ due: 1 });
    expect((await run({ tenantId: 'a', dryRun: true, force: true })).result).toMatchObject({ due: 2 });
    expect((await run({ tenantId: 'a', dryRun: true, force: true, limit: 1 })).result).toMatchObject({ due: 1 });
    expect(bench.calls).toEqual([]);
  });

  it('with force gives one extra occurrence now to what is not due, whose next run stays', async () => {
    const ids = [await due('a'), await later('a'), await later('a')];
    await later('b');
    await database.pool.query(`UPDATE subscriptions SET paused_until = 'infinity' WHERE id = $1`, [ids[2]]);
    expect((await run({ tenantId: 'a', force: true }, 1)).counts).toMatchObject({ processed: 2, successful: 2 });
    const extra = bench.calls.find(({ subscriptionId }) => subscriptionId === ids[1]);
    expect(extra?.scheduledFor).toEqual(at('2026-03-10T09:00:00Z'));
    expect(await rowOf(database, ids[1] as string)).toMatchObject({
      status: 'completed',
      next_run_at: at('2026-03-10T20:00:00Z'),
      scheduled_for: null,
    });
    await expect(run({ force: true })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('retries a forced occurrence too, and then goes back to the next run', async () => {
    const id = await later('a');
    bench.answer = () => broken();
    await run({ tenantId: 'a', force: true });
    expect(await rowOf(database, id)).toMatchObject({ status: 'failed', next_run_at: at('2026-03-10T09:01:00Z') });
    bench.answer = () => ok;
    bench.now = at('2026-03-10T09:01:00Z');
    await run();
    expect(bench.calls[1]).toMatchObject({ attempt: 2, scheduledFor: at('2026-03-10T09:00:00Z') });
    expect(await rowOf(database, id)).toMatchObject({ status: 'completed', next_run_at: at('2026-03-10T20:00:00Z') });
  });

  it('gives a forced claim back as if nothing had been', async () => {
    const id = await later('a');
    bench.answer = () => ({ kind: 'aborted', durationMs: 1 });
    const { updated_at: _before, ...before } = (await rowOf(database, id)) as unknown as Record<string, unknown>;
    await run({ subscriptionIds: [id], force: true });
    expect(await rowOf(database, id)).toMatchObject(before);
  });
});

const DEAD_IN = randomUUID();

/** The given number of subscriptions with a dead occurrence each, all of which ended at the same moment in one run; the last is of tenant `one`. */
async function addDead(count: number, finishedAt: Date): Promise<void> {
  await database.pool.query(
    `INSERT INTO subscriptions (user_id, frequency, tenant_id)
     SELECT 'dead-' || n, 'daily', CASE WHEN n = $1 THEN 'one' END FROM generate_series(1, $1::int) AS n`,
    [count],
  );
  await database.pool.query(
    `UPDATE subscription_processing SET status = 'completed', next_run_at = '2026-03-11T09:00:00Z'`,
  );
  await database.db.query(
    `INSERT INTO {schema}.subscription_runs (subscription_id, scheduled_for, outcome, attempts, finished_at, run_id)
     SELECT id, '2026-03-09T09:00:00Z', 'dead', 5, $1::timestamptz - interval '1 us', $2 FROM subscriptions`,
    [finishedAt, DEAD_IN],
  );
}

describe('retry of what failed', () => {
  it('retries the dead of one run and makes its pending retries now', async () => {
    const [dead, waiting] = [await due('a'), await due('b')];
    bench.answer = ({ subscriptionId }) => (subscriptionId === dead ? rejected : broken());
    const failed = await run();
    expect(failed.counts).toMatchObject({ failed: 2, dead: 1, retried: 1 });
    bench.answer = () => ok;
    bench.now = at('2026-03-10T09:00:10Z');
    expect((await run({ failedInRun: randomUUID() })).counts.processed).toBe(0);
    expect((await run({ failedInRun: failed.runId, dryRun: true })).result).toMatchObject({ due: 2 });
    expect((await run({ failedInRun: failed.runId })).counts).toMatchObject({ processed: 2, successful: 2 });
    expect(await ledgerOf(database, dead)).toMatchObject([
      { outcome: 'completed', scheduled_for: at('2026-03-10T09:00:00Z'), attempts: 2 },
    ]);
    for (const id of [dead, waiting]) {
      expect(await rowOf(database, id)).toMatchObject({ next_run_at: at('2026-03-11T09:00:00Z'), status: 'completed' });
    }
  });

  it('retries an old dead occurrence without repeating those after it', async () => {
    const id = await due('a');
    bench.answer = () => rejected;
    await run();
    bench.answer = () => ok;
    bench.now = at('2026-03-11T09:00:00Z');
    await run();
    bench.now = at('2026-03-11T15:00:00Z');
    expect((await run({ deadSince: at('2026-03-10T00:00:00Z') })).counts).toMatchObject({ successful: 1 });
    expect(bench.calls.map(({ scheduledFor }) => scheduledFor.getUTCDate())).toEqual([10, 11, 10]);
    expect((await rowOf(database, id)).next_run_at).toEqual(at('2026-03-12T09:00:00Z'));
  });

  it('retries all that died of one subscription, in turn, each once', async () => {
    const id = await due('a');
    bench.answer = () => rejected;
    for (const day of [10, 11, 12]) {
      bench.now = at(`2026-03-${day}T09:00:00Z`);
      await run();
    }
    bench.now = at('2026-03-12T10:00:00Z');
    const since = { deadSince: at('2026-03-10T00:00:00Z') };
    expect((await run({ ...since, dryRun: true })).result).toMatchObject({ due: 3 });
    expect((await run({ ...since, limit: 2 })).counts).toMatchObject({ processed: 2, dead: 2 });
    bench.calls.length = 0;
    bench.answer = ({ scheduledFor }) => (scheduledFor.getUTCDate() === 11 ? rejected : ok);
    bench.now = at('2026-03-12T10:01:00Z');
    expect((await run(since)).counts).toMatchObject({ processed: 3, successful: 2, dead: 1 });
    expect(bench.calls.map(({ scheduledFor }) => scheduledFor.getUTCDate())).toEqual([10, 11, 12]);
    expect((await ledgerOf(database, id)).map(({ outcome }) => outcome)).toEqual(['completed', 'dead', 'completed']);
  });

  it('goes through more than it reads at a time, each once, and leaves out what may not run', async () => {
    await addDead(2_300, bench.now);
    await database.pool.query(`UPDATE subscriptions SET active = false WHERE user_id = 'dead-1'`);
    await database.pool.query(`UPDATE subscriptions SET paused_until = '2026-04-01' WHERE user_id = 'dead-2'`);
    const since = { deadSince: at('2026-03-10T00:00:00Z') };
    const inputs: ProcessSubscriptionsInput[] = [since, { failedInRun: DEAD_IN }];
    for (const input of inputs) {
      expect((await run({ ...input, dryRun: true })).result).toMatchObject({ due: 2_298 });
      expect((await run({ ...input, tenantId: 'one', dryRun: true })).result).toMatchObject({ due: 1 });
    }
    expect((await run({ ...since, tenantId: 'one' })).counts).toMatchObject({ processed: 1, successful: 1 });
    expect((await run({ failedInRun: DEAD_IN, limit: 2 }, 1)).counts).toMatchObject({ processed: 2, successful: 2 });
    expect((await run({ failedInRun: DEAD_IN, limit: 1_100 }, 500)).counts.successful).toBe(1_100);
    expect((await run(since, 500)).counts).toMatchObject({ processed: 1_195, successful: 1_195 });
    expect(new Set(bench.calls.map(({ subscriptionId }) => subscriptionId)).size).toBe(2_298);
    expect(bench.calls).toHaveLength(2_298);
  });

  it('does not take what dies again a second time, and ends a suspension with a success', async () => {
    bench = await createBench(database, '2026-03-10T09:00:00Z', { suspendAfter: 1 });
    const id = await due('a');
    bench.answer = () => rejected;
    await run();
    expect(await rowOf(database, id)).toMatchObject({ status: 'suspended', runnable: false });
    bench.now = at('2026-03-10T10:00:00Z');
    expect((await run({ deadSince: at('2026-03-10T00:00:00Z') })).counts).toMatchObject({ dead: 1, processed: 1 });
    bench.answer = () => ok;
    bench.now = at('2026-03-10T11:00:00Z');
    expect((await run({ deadSince: at('2026-03-10T00:00:00Z') })).counts).toMatchObject({ successful: 1 });
    expect(await rowOf(database, id)).toMatchObject({
      status: 'completed',
      runnable: true,
      consecutive_failures: 0,
      next_run_at: at('2026-03-11T09:00:00Z'),
    });
  });
});
