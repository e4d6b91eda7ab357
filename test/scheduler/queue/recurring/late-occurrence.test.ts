// A waiting occurrence of a recurring job that is taken up late follows the misfire policy of its schedule, and its spread.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob, type Job } from '../../../../src/scheduler/queue/index.js';
import type { ScheduleInput } from '../../../../src/scheduler/schedule/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { queueKits, workOnce, type TestQueue } from '../support.js';

const START = '2026-05-01T12:00:00Z';
let database: TestDatabase;
let now = new Date(START);
const seen: string[] = [];
const failing = { times: 0 };
const kits = queueKits(() => database);
const report = defineJob({
  type: 'report',
  schema: z.object({}),
  retry: { maxAttempts: 2, tableS: [0, 3_600] },
  run: (ctx) => {
    seen.push(ctx.scheduledFor.toISOString());
    if (failing.times-- > 0) throw new Error('not yet');
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  now = new Date(START);
  seen.length = 0;
  failing.times = 0;
  await kits.clear();
});
afterAll(() => database.close());

async function recurring(schedule: ScheduleInput): Promise<{ kit: TestQueue; id: string }> {
  const kit = await kits.open({ jobs: [report], start: false, now: () => now });
  const { id } = await kit.queue.enqueue(report, {}, { schedule });
  return { kit, id };
}
const workAt = async ({ queue }: TestQueue, time: string): Promise<void> => {
  now = new Date(time);
  await workOnce(queue);
};
const waiting = async ({ queue }: TestQueue): Promise<Job | undefined> =>
  (await queue.admin.list({ type: 'report', status: ['pending'] })).items[0];
const lines = async ({ queue }: TestQueue, id: string) => {
  await queue.worker.flush();
  return (await queue.admin.logs(id)).items.map(({ message, data }) => [message, data]);
};

const DAILY = { frequency: 'daily', time: '09:00' } as const;

describe('an occurrence that waited through an outage', () => {
  it('runs as the latest one that was missed, once, and says so in its log', async () => {
    const { kit, id } = await recurring(DAILY);
    await workAt(kit, '2026-05-06T10:00:00Z');
    expect(seen).toEqual(['2026-05-06T09:00:00.000Z']);
    expect(await kit.queue.admin.get(id)).toMatchObject({
      status: 'completed',
      scheduledFor: new Date('2026-05-06T09:00:00Z'),
    });
    expect(await waiting(kit)).toMatchObject({ scheduledFor: new Date('2026-05-07T09:00:00Z') });
    const gap = { outcome: 'coalesced', count: 4, count_capped: false };
    const [line] = await lines(kit, id);
    expect(line?.[0]).toContain('this later one runs in their place');
    expect(line?.[1]).toEqual({ ...gap, first: '2026-05-02T09:00:00.000Z', last: '2026-05-05T09:00:00.000Z' });
  });

  it('does not run under `skip` when it is later than the grace, and waits for the next one', async () => {
    const { kit, id } = await recurring({ ...DAILY, misfire: 'skip', misfireGraceS: 600 });
    await workAt(kit, '2026-05-04T09:11:00Z');
    expect(seen).toEqual([]);
    const next = new Date('2026-05-05T09:00:00Z');
    expect(await waiting(kit)).toMatchObject({ id, scheduledFor: next, runAt: next, attempt: 0 });
    expect((await lines(kit, id))[0]?.[1]).toMatchObject({ outcome: 'skipped', count: 3 });
    await workAt(kit, '2026-05-05T09:09:00Z');
    expect(seen).toEqual(['2026-05-05T09:00:00.000Z']);
  });

  it('runs under `all` one after the other, the latest of more than the cap', async () => {
    const { kit } = await recurring({ ...DAILY, misfire: 'all', misfireCap: 2 });
    await workAt(kit, '2026-05-06T10:00:00Z');
    expect(seen).toEqual(['2026-05-05T09:00:00.000Z', '2026-05-06T09:00:00.000Z']);
  });

  it('ends its series when nothing may run and nothing is left', async () => {
    const { kit, id } = await recurring({ ...DAILY, misfire: 'skip', endsOn: '2026-05-03' });
    await workAt(kit, '2026-06-01T00:00:00Z');
    expect(seen).toEqual([]);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'cancelled' });
    expect(await waiting(kit)).toBeUndefined();
  });
});

describe('an occurrence that is owed', () => {
  it('keeps its time on every attempt, however late the retry', async () => {
    const { kit } = await recurring({ ...DAILY, misfire: 'skip' });
    failing.times = 1;
    await workAt(kit, '2026-05-02T09:00:00Z');
    await workAt(kit, '2026-05-09T00:00:00Z');
    expect(seen).toEqual(['2026-05-02T09:00:00.000Z', '2026-05-02T09:00:00.000Z']);
  });

  it('runs when it is retried by hand, whatever the policy', async () => {
    const { kit, id } = await recurring({ ...DAILY, misfire: 'skip' });
    await kit.queue.admin.cancel(id);
    now = new Date('2026-05-09T00:00:00Z');
    await kit.queue.admin.retry(id);
    await workOnce(kit.queue);
    expect(seen).toEqual(['2026-05-02T09:00:00.000Z']);
  });

  it('runs after its instance died with it in hand: it may have begun', async () => {
    const { kit, id } = await recurring({ ...DAILY, misfire: 'skip' });
    await database.pool.query('UPDATE punctual.jobs SET crashes = 1 WHERE id = $1', [id]);
    await workAt(kit, '2026-05-09T00:00:00Z');
    expect(seen).toEqual(['2026-05-02T09:00:00.000Z']);
  });
});

describe('the spread of a recurring job', () => {
  it('is the same place at each occurrence, and no occurrence is late before it', async () => {
    const { kit, id } = await recurring({ ...DAILY, spreadS: 7_200, misfire: 'skip', misfireGraceS: 60 });
    const first = await kit.queue.admin.get(id);
    const place = first.runAt.getTime() - first.scheduledFor.getTime();
    expect(first.scheduledFor).toEqual(new Date('2026-05-02T09:00:00Z'));
    expect(place).toBeGreaterThan(60_000);
    expect(place).toBeLessThan(7_200_000);
    await workAt(kit, '2026-05-02T09:00:00Z');
    expect(seen).toEqual([]);
    await workAt(kit, first.runAt.toISOString());
    expect(seen).toEqual(['2026-05-02T09:00:00.000Z']);
    const next = await waitFor(() => waiting(kit));
    expect(next.runAt.getTime() - next.scheduledFor.getTime()).toBe(place);
  });
});
