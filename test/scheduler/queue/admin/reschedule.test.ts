// Operators move jobs that wait, and give recurring ones another schedule.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { deferred, queueKits, workOnce } from '../support.js';

const NINE = { frequency: 'daily', time: '09:00' } as const;
let database: TestDatabase;
let now = new Date('2026-05-01T12:00:00Z');
let gate = deferred();
const kits = queueKits(() => database);
const began: string[] = [];
const job = defineJob({
  type: 'report',
  schema: z.object({ waits: z.boolean().default(false) }),
  run: async (ctx, { waits }) => {
    began.push(ctx.scheduledFor.toISOString());
    if (waits) await gate.promise;
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  gate.resolve();
  await kits.clear();
  [now, gate] = [new Date('2026-05-01T12:00:00Z'), deferred()];
  began.length = 0;
});
afterAll(() => database.close());

const open = () => kits.open({ jobs: [job], start: false, now: () => now });
const BY = { name: 'ops' };

describe('reschedule', () => {
  it('moves a job that waits, and says so in the audit log', async () => {
    const { queue } = await open();
    const { id } = await queue.enqueue(job, {}, { runAt: new Date('2026-06-01T00:00:00Z') });
    const runAt = new Date('2026-05-02T00:00:00Z');
    expect(await queue.admin.reschedule(id, { runAt }, BY)).toMatchObject({ runAt, scheduledFor: runAt });
    const { rows } = await database.pool.query(
      `SELECT actor, target, details FROM punctual.audit_log WHERE action = 'job.reschedule'`,
    );
    expect(rows).toEqual([{ actor: 'ops', target: id, details: { run_at: runAt.toISOString() } }]);
  });

  it('wakes a worker for a job that is due earlier than it was', async () => {
    const { queue } = await kits.open({ jobs: [job], pollMs: 60_000 });
    const { id } = await queue.enqueue(job, {}, { runAt: new Date(Date.now() + 3_600_000) });
    await queue.admin.reschedule(id, { runAt: new Date() });
    await waitFor(() => began.length === 1);
  });

  it('gives a recurring job another schedule, by the id of any job of its series', async () => {
    const { queue } = await open();
    const { id } = await queue.enqueue(job, {}, { schedule: NINE });
    now = new Date('2026-05-02T09:00:00Z');
    await workOnce(queue);
    const schedule = { frequency: 'daily', time: '10:30', timezone: 'Europe/Berlin' } as const;
    const at = new Date('2026-05-03T08:30:00Z');
    const waiting = await queue.admin.reschedule(id, { schedule });
    expect(waiting).toMatchObject({ runAt: at, scheduledFor: at, seriesId: id, status: 'pending' });
    expect(waiting.id).not.toBe(id);
    now = at;
    await workOnce(queue);
    expect(began).toEqual(['2026-05-02T09:00:00.000Z', at.toISOString()]);
  });

  it('moves one occurrence of a recurring job, and those that follow stay', async () => {
    const { queue } = await open();
    const { id } = await queue.enqueue(job, {}, { schedule: NINE });
    now = new Date('2026-05-02T15:00:00Z');
    await queue.admin.reschedule(id, { runAt: now });
    await workOnce(queue);
    expect(began).toEqual(['2026-05-02T09:00:00.000Z']);
    const [next] = (await queue.admin.list({ status: ['pending'] })).items;
    expect(next).toMatchObject({ runAt: new Date('2026-05-03T09:00:00Z') });
  });

  it('changes what follows a recurring job that runs', async () => {
    const kit = await open();
    const { id } = await kit.queue.enqueue(job, { waits: true }, { schedule: NINE });
    now = new Date('2026-05-02T09:00:00Z');
    const work = workOnce(kit.queue);
    await kit.reaches(id, 'processing');
    await expect(kit.queue.admin.reschedule(id, { runAt: now })).rejects.toMatchObject({ code: 'JOB_NOT_PENDING' });
    await kit.queue.admin.reschedule(id, { schedule: { ...NINE, time: '08:00' } });
    gate.resolve();
    await work;
    const [next] = (await kit.queue.admin.list({ status: ['pending'] })).items;
    expect(next).toMatchObject({ runAt: new Date('2026-05-03T08:00:00Z') });
  });

  it('refuses what has ended, does not recur, or has no occurrence left', async () => {
    const { queue } = await open();
    const once = await queue.enqueue(job, {});
    const schedule = { ...NINE, endsOn: '2020-01-01' };
    await expect(queue.admin.reschedule(once.id, { schedule: NINE })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(queue.admin.reschedule(once.id, { runAt: new Date(NaN) })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    const { id } = await queue.enqueue(job, {}, { schedule: NINE });
    await expect(queue.admin.reschedule(id, { schedule })).rejects.toMatchObject({ code: 'INVALID_SCHEDULE' });
    await workOnce(queue);
    await expect(queue.admin.reschedule(once.id, { runAt: now })).rejects.toMatchObject({ code: 'JOB_NOT_PENDING' });
    const unknown = '00000000-0000-7000-8000-000000000000';
    await expect(queue.admin.reschedule(unknown, { runAt: now })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
