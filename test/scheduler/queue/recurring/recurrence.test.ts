// Recurring jobs: one job per occurrence, each end enqueues the next, by the schedule's own policies.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { firstOccurrence, nextOccurrence } from '../../../../src/scheduler/queue/recurring/recurrence.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startQueue, workOnce, type TestQueue } from '../support.js';

let database: TestDatabase;
let kit: TestQueue;
let now = new Date('2026-03-07T12:00:00Z');
const seen: string[] = [];
const report = defineJob({
  type: 'report',
  schema: z.object({ fails: z.boolean().default(false) }),
  retry: { maxAttempts: 1 },
  run: (ctx, { fails }) => {
    seen.push(ctx.scheduledFor.toISOString());
    if (fails) throw new Error('no');
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [report], start: false, now: () => now });
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

const at = async (time: string): Promise<void> => {
  now = new Date(time);
  await workOnce(kit.queue);
};
const upcoming = async (): Promise<string[]> =>
  (await kit.queue.admin.list({ type: 'report', status: ['pending'] })).items.map((job) => job.runAt.toISOString());

describe('a recurring job', () => {
  it('runs at its local time through a change of the clocks, and in one row per occurrence', async () => {
    const schedule = { frequency: 'daily', time: '02:30', timezone: 'America/New_York' } as const;
    const { id } = await kit.queue.enqueue(report, {}, { schedule });
    expect(await upcoming()).toEqual(['2026-03-08T07:30:00.000Z']);
    await at('2026-03-08T07:30:00Z');
    await at('2026-03-09T06:30:00Z');
    expect(seen).toEqual(['2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z']);
    expect(await upcoming()).toEqual(['2026-03-10T06:30:00.000Z']);
    const { items } = await kit.queue.admin.list({ type: 'report' });
    expect(new Set(items.map((job) => job.seriesId))).toEqual(new Set([id]));
  });

  it('runs after a downtime as the latest missed occurrence, and not once for each', async () => {
    await at('2026-03-20T15:00:00Z');
    expect(seen.slice(2)).toEqual(['2026-03-20T06:30:00.000Z']);
    expect(await upcoming()).toEqual(['2026-03-21T06:30:00.000Z']);
  });

  it('keeps its key for the next occurrence, however long it is held, and goes on without it where another job has it', async () => {
    const keyed = { uniqueKey: 'k', uniqueForMs: 30 * 86_400_000 };
    const start = now;
    const { id } = await kit.queue.enqueue(report, {}, { ...keyed, schedule: { frequency: 'hourly', time: '00:00' } });
    const waiting = async () =>
      (await kit.queue.admin.list({ type: 'report', status: ['pending'] })).items.filter((job) => job.seriesId === id);
    await at(new Date(start.getTime() + 3_600_000).toISOString());
    const [second] = await waiting();
    expect(second).toMatchObject({ uniqueKey: 'report:k' });
    expect(await kit.queue.enqueue(report, {}, keyed)).toEqual({ id: second?.id, existing: true });
    await database.pool.query(`UPDATE punctual.job_keys SET job_id = gen_random_uuid() WHERE key = 'report:k'`);
    await at(new Date(start.getTime() + 2 * 3_600_000).toISOString());
    const [third] = await waiting();
    expect(third).toMatchObject({ uniqueKey: null });
    await kit.queue.admin.cancel(third?.id ?? '');
  });

  it('ends when it is cancelled', async () => {
    const [next] = (await kit.queue.admin.list({ type: 'report', status: ['pending'] })).items;
    await kit.queue.admin.cancel(next?.id ?? '');
    expect(await upcoming()).toEqual([]);
  });

  it('goes on after an occurrence that died, and ends with its schedule', async () => {
    const schedule = { frequency: 'daily', time: '09:00', endsOn: '2026-03-22' } as const;
    await kit.queue.enqueue(report, { fails: true }, { schedule });
    await at('2026-03-21T09:00:00Z');
    expect(await upcoming()).toEqual(['2026-03-22T09:00:00.000Z']);
    await at('2026-03-22T09:00:00Z');
    expect(await upcoming()).toEqual([]);
    expect((await kit.queue.admin.list({ type: 'report', status: ['dead'] })).items).toHaveLength(2);
  });

  it('goes on once, however often an occurrence that died is run again', async () => {
    const schedule = { frequency: 'daily', time: '10:00' } as const;
    const { id } = await kit.queue.enqueue(report, { fails: true }, { schedule });
    await at('2026-03-23T10:00:00Z');
    expect(await upcoming()).toEqual(['2026-03-24T10:00:00.000Z']);
    await kit.queue.admin.retry(id);
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'dead', attempt: 1 });
    expect(await upcoming()).toEqual(['2026-03-24T10:00:00.000Z']);
    const [next] = (await kit.queue.admin.list({ type: 'report', status: ['pending'] })).items;
    await kit.queue.admin.cancel(next?.id ?? '');
  });

  it('is refused with a schedule that cannot be', async () => {
    await expect(
      kit.queue.enqueue(report, {}, { schedule: { frequency: 'daily', timezone: 'Mars/Olympus' } }),
    ).rejects.toMatchObject({ code: 'INVALID_SCHEDULE' });
  });

  it('counts intervals from when it was set, however late an occurrence ran', () => {
    const start = new Date('2026-01-01T00:00:00Z');
    const { schedule, scheduled_for } = firstOccurrence({ frequency: 'daily', interval: 3, time: '06:00' }, 'x', start);
    expect(scheduled_for).toBe('2026-01-01T06:00:00.000Z');
    const next = nextOccurrence(schedule, 'x', new Date(scheduled_for), new Date('2026-01-02T00:00:00Z'));
    expect(next?.nominalMs).toBe(Date.parse('2026-01-04T06:00:00Z'));
  });
});
