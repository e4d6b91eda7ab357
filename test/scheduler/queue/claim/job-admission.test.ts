// Jobs that wait for their tenant: they hold nobody else up, are bounded, and are given back when they must not run.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createCapacity } from '../../../../src/scheduler/queue/claim/capacity.js';
import { createHand } from '../../../../src/scheduler/queue/claim/hand.js';
import { createJobRegistry } from '../../../../src/scheduler/queue/define/define-job.js';
import { toQueueItem } from '../../../../src/scheduler/queue/define/queue-item.js';
import { tenantBucket } from '../../../../src/scheduler/queue/define/tenant-bucket.js';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { deferred, queueKits } from '../support.js';

const schema = z.object({});

describe('with a limit per tenant', () => {
  let database: TestDatabase;
  const { open, clear } = queueKits(() => database);
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(clear);
  afterAll(() => database.close());

  /** A job whose runs are seen, and end when the test opens its gate. */
  function gated(extra = {}) {
    const running: (string | null)[] = [];
    const gate = deferred();
    let runs = 0;
    const job = defineJob({
      ...{ type: 'gated', schema },
      ...extra,
      run: async ({ tenantId }) => {
        runs += 1;
        running.push(tenantId);
        await gate.promise;
        running.splice(running.indexOf(tenantId), 1);
      },
    });
    return { job, running, open: gate.resolve, runs: () => runs };
  }
  const of = (job: ReturnType<typeof gated>['job'], tenantId: string, count: number) =>
    Array.from({ length: count }, () => ({ job, payload: {}, options: { tenantId } }));
  const inClaims = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ n: number }>(
      'SELECT coalesce(sum(cardinality(job_ids)), 0)::integer AS n FROM punctual.job_claims',
    );
    return rows[0]?.n ?? 0;
  };

  it('a job that waits takes nothing of what its type may run', async () => {
    const { job, running, runs, open: openGate } = gated({ concurrency: 2 });
    const kit = await open({ jobs: [job], concurrency: 10, concurrencyPerTenant: 1, start: false });
    await kit.queue.enqueueMany([...of(job, 'big', 10), ...of(job, 'small', 2)]);
    await kit.queue.worker.start();
    await waitFor(() => running.length === 2);
    expect([...running].sort()).toEqual(['big', 'small']);
    openGate();
    await waitFor(() => runs() === 12);
  });

  it('a tenant with a long backlog leaves room to the others, and is taken in hand only so far', async () => {
    const { job, running, runs, open: openGate } = gated();
    const kit = await open({ jobs: [job], concurrency: 4, concurrencyPerTenant: 1, chunkSize: 50, start: false });
    await kit.queue.enqueueMany(of(job, 'big', 1_500));
    await kit.queue.worker.start();
    await waitFor(() => running.length === 1 && kit.queue.source.claimed >= 100);
    const others = ['a', 'b', 'c'].filter((name) => tenantBucket(name) !== tenantBucket('big'));
    await kit.queue.enqueueMany(others.flatMap((name) => of(job, name, 1)));
    await waitFor(() => running.length === 4);
    expect(kit.queue.source.claimed).toBeLessThan(300);
    openGate();
    await waitFor(() => runs() === 1_503, { timeoutMs: 30_000 });
    await waitFor(async () => (await inClaims()) === 0);
  });

  it('a job that waits is given back when its queue is paused, and runs when that goes on', async () => {
    const { job, running, runs, open: openGate } = gated({ queue: 'nightly' });
    const kit = await open({ jobs: [job], concurrency: 10, concurrencyPerTenant: 1, start: false });
    await kit.queue.enqueueMany(of(job, 'big', 3));
    await kit.queue.worker.start();
    await waitFor(async () => running.length === 1 && (await inClaims()) === 3);
    await kit.queue.admin.patchQueue('nightly', { paused: true });
    openGate();
    await waitFor(async () => (await inClaims()) === 0);
    expect(runs()).toBe(1);
    await kit.queue.admin.patchQueue('nightly', { paused: false });
    await waitFor(() => runs() === 3);
  });

  it('jobs that wait are given back when the worker stops', async () => {
    const { job, running } = gated();
    const kit = await open({ jobs: [job], concurrency: 10, concurrencyPerTenant: 1, start: false });
    await kit.queue.enqueueMany(of(job, 'big', 5));
    await kit.queue.worker.start();
    await waitFor(async () => running.length === 1 && (await inClaims()) === 5);
    await kit.stop();
    expect(await inClaims()).toBe(0);
  });
});

describe('what is in hand', () => {
  const item = (bucket: number) => toQueueItem({ id: 'x', extras: null } as never, { type: 'any', bucket }, 'token');

  function handWith(concurrency?: number) {
    const job = defineJob({ type: 'any', schema, run: () => {}, ...(concurrency ? { concurrency } : {}) });
    const capacity = createCapacity({ registry: createJobRegistry([job]), concurrency: 10 });
    let expected = 0;
    const hand = createHand({ capacity, onRoom: () => {}, expect: (_type, count) => (expected += count) });
    return { capacity, hand, expected: () => expected };
  }

  it('holds room, none while it is parked, and room again', () => {
    const { capacity, hand, expected } = handWith(1);
    const [first, second] = [item(1), item(1)];
    capacity.reserve('any', 1);
    hand.park(first);
    expect([capacity.inHand, hand.parked, expected()]).toEqual([0, 1, -1]);
    capacity.reserve('any', 1);
    expect(hand.enter(first)).toBe(false);
    const woken: string[] = [];
    capacity.whenRoom('any', () => woken.push('first'));
    expect(hand.leave(second)).toBe('held');
    expect([woken, hand.enter(first), hand.parked, capacity.inHand]).toEqual([['first'], true, 0, 1]);
    expect([hand.leave(first), hand.leave(first), capacity.inHand]).toEqual(['held', 'left', 0]);
  });

  it('is full of a bucket with 100 parked, and of all that have any with 2,000', () => {
    const { capacity, hand } = handWith();
    const park = (bucket: number, count: number): void => {
      capacity.reserve('any', count);
      for (let n = 0; n < count; n += 1) hand.park(item(bucket));
    };
    park(1, 99);
    expect(hand.isFull(1)).toBe(false);
    park(1, 1);
    expect([hand.isFull(1), hand.isFull(2)]).toEqual([true, false]);
    park(2, 1);
    for (let bucket = 3; bucket < 23; bucket += 1) park(bucket, 99);
    expect([hand.parked > 2_000, hand.isFull(2), hand.isFull(60)]).toEqual([true, true, false]);
  });
});
