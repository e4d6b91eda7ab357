// Limits: jobs at once per worker, type, queue and tenant; starts per second over all instances; fair shares.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { defineJob } from '../../../src/scheduler/queue/index.js';
import { planClaim, type Lane } from '../../../src/scheduler/queue/claim/lanes.js';
import { bucketOf } from '../../../src/scheduler/queue/claim/rate-limiter.js';
import { tenantBucket } from '../../../src/scheduler/queue/define/tenant-bucket.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { counted, many } from './counted.js';
import { queueKits, workOnce } from './support.js';

let database: TestDatabase;
const schema = z.object({ n: z.number().default(0) });

const { open, clear } = queueKits(() => database);

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(clear);
afterAll(() => database.close());

describe('at once', () => {
  it('none is claimed of a type whose limit is 0 for now, and others are', async () => {
    let limit = 0;
    const troubled = counted('troubled', { concurrency: 5, limitNow: () => limit });
    const well = counted('well');
    const kit = await open({ jobs: [troubled.job, well.job], concurrency: 10, start: false, pollMs: 50 });
    await kit.queue.enqueueMany([...many(troubled.job, 5), ...many(well.job, 3)]);
    await kit.queue.worker.start();
    await waitFor(() => well.state.now === 3);
    well.open();
    await waitFor(() => well.state.now === 0);
    expect(troubled.state.runs).toBe(0);
    limit = 2;
    await waitFor(() => troubled.state.now === 2);
    troubled.open();
    await waitFor(() => troubled.state.runs === 5);
    expect(troubled.state.most).toBe(2);
  });

  it('no more run than the worker may, nor of a type than it may', async () => {
    const wide = counted('wide');
    const narrow = counted('narrow', { concurrency: 2 });
    const kit = await open({ jobs: [wide.job, narrow.job], concurrency: 5, start: false });
    await kit.queue.enqueueMany([...many(narrow.job, 20), ...many(wide.job, 20)]);
    await kit.queue.worker.start();
    await waitFor(() => wide.state.now + narrow.state.now === 5 && narrow.state.now <= 2);
    wide.open();
    narrow.open();
    await waitFor(() => wide.state.runs === 20 && narrow.state.runs === 20);
    expect(narrow.state.most).toBe(2);
    expect(wide.state.most).toBeLessThanOrEqual(5);
  });

  it('a type with its own slots runs beside a full worker, and the worker is full beside it', async () => {
    const plain = counted('plain-slots');
    const own = counted('own-slots', { ownSlots: true, concurrency: 7 });
    const kit = await open({ jobs: [plain.job, own.job], concurrency: 2, start: false });
    await kit.queue.enqueueMany([...many(plain.job, 20), ...many(own.job, 20)]);
    await kit.queue.worker.start();
    await waitFor(() => plain.state.now === 2 && own.state.now === 7);
    expect([kit.queue.worker.inFlight, kit.queue.worker.slotsInUse]).toEqual([9, 2]);
    own.open();
    await waitFor(() => own.state.runs === 20);
    expect([plain.state.runs, own.state.most]).toEqual([2, 7]);
    plain.open();
    await waitFor(() => plain.state.runs === 20);
    expect(plain.state.most).toBe(2);
    await waitFor(() => kit.queue.worker.inFlight === 0);
  });

  it('neither kind waits for a backlog of the other', async () => {
    const order: string[] = [];
    const seen = (type: string, extra = {}) => defineJob({ type, schema, ...extra, run: () => void order.push(type) });
    const plain = seen('plain-backlog');
    const own = seen('own-backlog', { ownSlots: true, concurrency: 1_000 });
    for (const [backlog, few] of [
      [plain, own],
      [own, plain],
    ] as const) {
      order.length = 0;
      const kit = await open({ jobs: [plain, own], concurrency: 10, chunkSize: 50, start: false });
      await kit.queue.enqueueMany(Array.from({ length: 2_000 }, () => ({ job: backlog, payload: {} })));
      await kit.queue.enqueueMany(Array.from({ length: 5 }, () => ({ job: few, payload: {} })));
      await workOnce(kit.queue);
      expect(order).toHaveLength(2_005);
      expect(order.lastIndexOf(few.type)).toBeLessThan(500);
      await clear();
    }
  });

  it('own slots are within the limits of the queue and of tenants', async () => {
    const own = counted('own-limited', { ownSlots: true, concurrency: 9, queue: 'own' });
    const kit = await open({ jobs: [own.job], concurrency: 2, concurrencyPerTenant: 2, start: false });
    await kit.queue.admin.patchQueue('own', { concurrency: 3 });
    await kit.queue.enqueueMany([
      ...many(own.job, 10, { tenantId: 'big' }),
      ...many(own.job, 10, { tenantId: 'other' }),
    ]);
    await kit.queue.worker.start();
    await waitFor(() => own.state.now === 3);
    expect(new Set(own.state.tenants)).toEqual(new Set(['big', 'other']));
    own.open();
    await waitFor(() => own.state.runs === 20);
    expect(own.state.most).toBeLessThanOrEqual(3);
  });

  it('no more of a tenant run than it may, and others pass by', async () => {
    const job = counted('tenants');
    const kit = await open({ jobs: [job.job], concurrency: 4, concurrencyPerTenant: 1, start: false });
    await kit.queue.enqueueMany([
      ...many(job.job, 10, { tenantId: 'big' }),
      ...many(job.job, 1, { tenantId: 'small' }),
      ...many(job.job, 1, { tenantId: 'other' }),
    ]);
    await kit.queue.worker.start();
    await waitFor(() => job.state.now === 3);
    expect([...job.state.tenants].sort()).toEqual(['big', 'other', 'small']);
    job.open();
    await waitFor(() => job.state.runs === 12);
  });

  it('a paused queue rests, and a resumed one goes on at once', async () => {
    const job = counted('resting', { queue: 'nightly' });
    job.open();
    const kit = await open({ jobs: [job.job], start: false });
    await kit.queue.admin.patchQueue('nightly', { paused: true });
    const { id } = await kit.queue.enqueue(job.job, {});
    await kit.queue.worker.start();
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'pending' });
    await kit.queue.admin.patchQueue('nightly', { paused: false });
    await kit.reaches(id, 'completed');
  });

  it('a queue runs no more than an operator allows', async () => {
    const a = counted('queue-a', { queue: 'limited' });
    const b = counted('queue-b', { queue: 'limited' });
    const kit = await open({ jobs: [a.job, b.job], concurrency: 10, start: false });
    await kit.queue.admin.patchQueue('limited', { concurrency: 3 });
    await kit.queue.enqueueMany([...many(a.job, 10), ...many(b.job, 10)]);
    await kit.queue.worker.start();
    await waitFor(() => a.state.now + b.state.now === 3);
    a.open();
    b.open();
    await waitFor(() => a.state.runs + b.state.runs === 20);
    expect(Math.max(a.state.most, b.state.most)).toBeLessThanOrEqual(3);
    await expect(kit.queue.admin.patchQueue('nobody', { paused: true })).rejects.toMatchObject({
      code: 'QUEUE_NOT_FOUND',
    });
  });
});

describe('rates', () => {
  it('hold over two instances: no window sees more starts than the limit', async () => {
    const starts: number[] = [];
    const mail = defineJob({
      type: 'mail',
      schema,
      rateLimit: { max: 20, perMs: 400 },
      run: () => void starts.push(performance.now()),
    });
    const first = await open({ jobs: [mail], start: false, concurrency: 50 });
    const second = await open({ jobs: [mail], start: false, concurrency: 50 });
    await first.queue.enqueueMany(Array.from({ length: 60 }, () => ({ job: mail, payload: {} })));
    await Promise.all([first.queue.worker.start(), second.queue.worker.start()]);
    await waitFor(() => starts.length === 60, { timeoutMs: 20_000 });
    // the database's clock counts the draws; a start follows its draw by some milliseconds, hence a window a little shorter
    const within = starts.map((from) => starts.filter((at) => at >= from && at < from + 300).length);
    expect(Math.max(...within)).toBeLessThanOrEqual(20);
  });

  it('hold nothing else up, however urgent what they hold back', async () => {
    const rare = counted('rare', { rateLimit: { max: 1, perMs: 3_600_000 }, priority: 'urgent' });
    const plain = counted('plain');
    rare.open();
    plain.open();
    const kit = await open({ jobs: [rare.job, plain.job], start: false });
    await kit.queue.enqueueMany([...many(rare.job, 50), ...many(plain.job, 50)]);
    await workOnce(kit.queue);
    expect([rare.state.runs, plain.state.runs]).toEqual([1, 50]);
  });

  it('keep bucket and flow together within the limit, for every limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 86_400_000 }), (max, perMs) => {
        const { burst, perSecond } = bucketOf('x', { max, perMs });
        const inOneWindow = burst + (perSecond * perMs) / 1_000;
        expect(burst).toBeGreaterThanOrEqual(1);
        expect(perSecond).toBeGreaterThan(0);
        if (max > 1) expect(inOneWindow).toBeLessThanOrEqual(max * (1 + 1e-9));
      }),
    );
  });
});

describe('fair shares', () => {
  it('give a small tenant its turn beside a big one', async () => {
    const job = counted('fair');
    job.open();
    const kit = await open({ jobs: [job.job], concurrency: 10, chunkSize: 50, start: false });
    const small = ['a', 'b', 'c'].find((name) => tenantBucket(name) !== tenantBucket('big')) ?? '';
    await kit.queue.enqueueMany(many(job.job, 3_000, { tenantId: 'big' }));
    await kit.queue.enqueueMany(many(job.job, 10, { tenantId: small }));
    await workOnce(kit.queue);
    const lastOfSmall = job.state.tenants.lastIndexOf(small);
    expect(job.state.tenants).toHaveLength(3_010);
    expect(lastOfSmall).toBeLessThan(300);
  });

  const lane = fc.record({
    priority: fc.integer({ min: 0, max: 3 }),
    type: fc.constantFrom('a', 'b', 'c'),
    bucket: fc.integer({ min: -1, max: 63 }),
    floor: fc.constant(null),
  });

  it('never take more than the limit or a type may, and never pass over a more urgent lane with room', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(lane, { selector: (l) => `${l.priority} ${l.type} ${l.bucket}`, maxLength: 40 }),
        fc.integer({ min: 0, max: 100 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(60)),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (lanes: Lane[], limit, capacities, stream) => {
          const capacity = (type: string): number => capacities[type] ?? Infinity;
          const random = (): number => stream.next().value as number;
          const left = new Map(['a', 'b', 'c'].map((type) => [type, capacity(type)]));
          const reserve = (type: string, wanted: number): number => {
            const granted = Math.min(wanted, left.get(type) ?? 0);
            left.set(type, (left.get(type) ?? 0) - granted);
            return granted;
          };
          const plan = planClaim({ lanes, limit, reserve, random });
          const total = plan.reduce((sum, { take }) => sum + take, 0);
          expect(total).toBeLessThanOrEqual(limit);
          for (const type of ['a', 'b', 'c']) {
            const taken = plan.filter((p) => p.lane.type === type).reduce((sum, { take }) => sum + take, 0);
            expect(taken).toBeLessThanOrEqual(capacity(type));
          }
          const worst = Math.max(-1, ...plan.map((p) => p.lane.priority));
          for (const skipped of lanes.filter((l) => l.priority < worst && capacity(l.type) > 0)) {
            const ofType = plan.filter((p) => p.lane.type === skipped.type);
            const spent = ofType.reduce((sum, { take }) => sum + take, 0) >= capacity(skipped.type);
            expect(spent || ofType.some((p) => p.lane === skipped)).toBe(true);
          }
        },
      ),
    );
  });
});
