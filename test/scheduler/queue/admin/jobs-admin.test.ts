// What operators do: list, retry, cancel, statistics, retention.
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { deleteOldJobs } from '../../../../src/db/queue/admin-queries/retention.js';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { startQueue, workOnce, type TestQueue } from '../support.js';

let database: TestDatabase;
let kit: TestQueue;
let broken = true;
const dead: string[] = [];
const call = defineJob({
  type: 'call',
  schema: z.object({ n: z.number() }),
  retry: { maxAttempts: 1 },
  run: (_ctx, { n }) => {
    if (broken) throw Object.assign(new Error(`no answer for ${n}`), { code: n % 2 === 0 ? 'EVEN' : 'ODD' });
    return n;
  },
});
const calls = (count: number) => Array.from({ length: count }, (_, n) => ({ job: call, payload: { n } }));

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [call], start: false, onDead: ({ jobId }) => dead.push(jobId) });
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

describe('dead letters', () => {
  it('are listed in pages, filtered, and announced once each', async () => {
    await kit.queue.enqueueMany(calls(10));
    await workOnce(kit.queue);
    expect(dead).toHaveLength(10);
    const filter = { status: ['dead'], errorCode: 'EVEN' };
    const first = await kit.queue.admin.list(filter, { limit: 3 });
    const second = await kit.queue.admin.list(filter, { limit: 3, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map((job) => (job.payload as { n: number }).n)).toEqual([8, 6, 4, 2, 0]);
    expect(second.nextCursor).toBeNull();
    expect((await kit.queue.admin.list({ payload: { n: 3 } })).items).toHaveLength(1);
    await expect(kit.queue.admin.list({}, { cursor: 'x' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('are counted by a dry run and put back by filter, once', async () => {
    const filter = { status: ['dead'], errorCode: 'EVEN' };
    expect(await kit.queue.admin.retryMany(filter, { dryRun: true })).toEqual({ matched: 5, changed: 0 });
    expect(await kit.queue.admin.retryMany(filter)).toEqual({ matched: 5, changed: 5 });
    broken = false;
    await workOnce(kit.queue);
    expect((await kit.queue.admin.list({ status: ['completed'] })).items).toHaveLength(5);
    expect(await kit.queue.admin.retryMany(filter)).toEqual({ matched: 0, changed: 0 });
    await expect(kit.queue.admin.retryMany({})).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('are put back once each, though they die again while the rest is put back', async () => {
    const failing = defineJob({
      type: 'failing',
      schema: z.object({}),
      retry: { maxAttempts: 1 },
      run: () => {
        throw new Error('no');
      },
    });
    const jobs = 1_200;
    const busy = await startQueue(database, { jobs: [failing] });
    try {
      await busy.queue.enqueueMany(Array.from({ length: jobs }, () => ({ job: failing, payload: {} })));
      const filter = { status: ['dead'], type: 'failing' };
      const allDead = { matched: jobs, changed: 0 };
      await waitFor(async () => isDeepStrictEqual(await busy.queue.admin.retryMany(filter, { dryRun: true }), allDead));
      expect(await busy.queue.admin.retryMany(filter)).toEqual({ matched: jobs, changed: jobs });
    } finally {
      await busy.stop();
      await database.pool.query(`DELETE FROM punctual.jobs WHERE type = 'failing'`);
      await database.pool.query(`DELETE FROM punctual.job_stats WHERE type = 'failing'`);
    }
  });

  it('are grouped by kind of error, and put back by group', async () => {
    const { items, capped } = await kit.queue.admin.deadGroups({ type: 'call' });
    expect({ capped, items }).toEqual({
      capped: false,
      items: [expect.objectContaining({ type: 'call', errorCode: 'ODD', error: 'no answer for #', count: 5 })],
    });
    const group = { type: 'call', errorCode: 'ODD', errorGroup: items[0]?.error ?? '' };
    expect(await kit.queue.admin.retryMany(group, { dryRun: true })).toEqual({ matched: 5, changed: 0 });
    const other = { ...group, errorGroup: 'no answer for 1' };
    expect(await kit.queue.admin.retryMany(other)).toEqual({ matched: 0, changed: 0 });
    await expect(kit.queue.admin.deadGroups({ type: '' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('are put back one by one, which a completed job is not', async () => {
    const [job] = (await kit.queue.admin.list({ status: ['dead'] })).items;
    expect(await kit.queue.admin.retry(job?.id ?? '')).toMatchObject({ status: 'pending', attempt: 0 });
    await workOnce(kit.queue);
    await expect(kit.queue.admin.retry(job?.id ?? '')).rejects.toMatchObject({ code: 'JOB_NOT_PENDING' });
    await expect(kit.queue.admin.get('no-uuid')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});

describe('statistics', () => {
  it('come from roll-ups: counts, rate, mean, quantile', async () => {
    await kit.queue.worker.flush();
    const { types, live } = await kit.queue.admin.stats(24);
    expect(types).toEqual([expect.objectContaining({ type: 'call', completed: 6, dead: 10, successRate: 6 / 16 })]);
    expect(types[0]?.p95Ms).toBeGreaterThanOrEqual(types[0]?.p50Ms as number);
    expect(types[0]?.p50Ms).toBeGreaterThanOrEqual(1);
    expect(types[0]?.wait?.p99Ms).toBeGreaterThanOrEqual(1);
    expect(types[0]?.lateness?.p99Ms).toBeGreaterThanOrEqual(1);
    expect(live).toEqual([{ type: 'call', queue: 'default', status: 'dead', n: 4 }]);
  });
});

describe('retention', () => {
  it('deletes what is old by the time of its outcome, with its logs, and nothing else', async () => {
    await database.pool.query(`UPDATE punctual.jobs SET completed_at = completed_at - interval '2 days',
      dead_at = dead_at - interval '2 days'`);
    const [kept] = (await kit.queue.admin.list({ status: ['dead'] })).items;
    const [gone] = (await kit.queue.admin.list({ status: ['completed'] })).items;
    await kit.queue.worker.flush();
    await database.pool.query(`TRUNCATE punctual.job_logs`);
    await database.pool.query(
      `INSERT INTO punctual.job_logs (job_id, level, message, attempt) SELECT id, 'info', 'x', 1 FROM punctual.jobs`,
    );
    const times = { completedS: 86_400, cancelledS: 86_400, deadS: 30 * 86_400 };
    const first = await deleteOldJobs(database.db, times, 4);
    const second = await deleteOldJobs(database.db, times, 4);
    expect([first, second]).toEqual([4, 2]);
    await expect(kit.queue.admin.get(gone?.id ?? '')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect((await kit.queue.admin.logs(kept?.id ?? '')).items).toHaveLength(1);
    const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM punctual.job_logs');
    expect(rows).toEqual([{ n: 4 }]);
  });

  it('keeps what a job may still read: a dependency stays until those that waited for it have completed', async () => {
    const age = (id: string) =>
      database.pool.query(
        `UPDATE punctual.jobs SET status = 'completed', completed_at = now() - interval '2 days' WHERE id = $1`,
        [id],
      );
    const tidy = () => deleteOldJobs(database.db, { completedS: 86_400, cancelledS: 86_400, deadS: 86_400 }, 100);
    const first = await kit.queue.enqueue(call, { n: 1 });
    const { id } = await kit.queue.flows.after(call, { n: 2 }, { after: [first.id] });
    await database.pool.query(`UPDATE punctual.jobs SET run_at = now() + interval '1 hour' WHERE id = $1`, [id]);
    await workOnce(kit.queue);
    await age(first.id);
    const [edge] = (await database.pool.query('SELECT ended_as FROM punctual.job_dependencies WHERE job_id = $1', [id]))
      .rows;
    await tidy();
    expect([edge, (await kit.queue.admin.get(first.id)).status]).toEqual([{ ended_as: 'completed' }, 'completed']);
    await database.pool.query(
      `UPDATE punctual.jobs SET status = 'dead', completed_at = now(), dead_at = now() WHERE id = $1`,
      [id],
    );
    await tidy();
    await kit.queue.admin.get(first.id);
    await kit.queue.admin.retry(id);
    await workOnce(kit.queue);
    expect((await kit.queue.admin.get(id)).status).toBe('completed');
    await tidy();
    await expect(kit.queue.admin.get(first.id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
