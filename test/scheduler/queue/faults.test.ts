// The queue under faults: dead instances, late completions, time-outs, cancels, unknown types, lost wake-ups.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { rescueJobs } from '../../../src/db/queue/queries/release-jobs.js';
import { defineJob, type JobAborted } from '../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { deferred, queueKits, workOnce } from './support.js';

let database: TestDatabase;
const schema = z.object({});

const { open, clear } = queueKits(() => database);

/** A job that starts and waits until the test lets it end. */
function held(type: string, extra = {}) {
  const started = deferred<AbortSignal>();
  const ends = deferred<unknown>();
  let runs = 0;
  const job = defineJob({
    type,
    schema,
    ...extra,
    run: (ctx) => {
      runs += 1;
      started.resolve(ctx.signal);
      return ends.promise;
    },
  });
  return { job, started: started.promise, end: ends.resolve, runs: () => runs };
}

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(clear);
afterAll(() => database.close());

describe('a dead instance', () => {
  it('loses its claims to the living, and its late completion changes nothing', async () => {
    const slow = held('slow');
    const first = await open({ jobs: [slow.job] });
    const { id } = await first.queue.enqueue(slow.job, {});
    await slow.started;
    await first.instance.die();
    expect(await database.db.transaction((tx) => rescueJobs(tx, [first.instance.id]))).toBe(1);
    expect(await first.queue.admin.get(id)).toMatchObject({ status: 'pending', attempt: 0, crashes: 1 });

    const quick = defineJob({ type: 'slow', schema, run: () => 'second' });
    const second = await open({ jobs: [quick] });
    await second.reaches(id, 'completed');
    slow.end('first');
    await first.stop();
    expect(await second.queue.admin.get(id)).toMatchObject({ status: 'completed', result: 'second', attempt: 1 });
  });

  it('claims nothing more', async () => {
    const job = defineJob({ type: 'never-here', schema, run: () => {} });
    const kit = await open({ jobs: [job], start: false });
    await kit.instance.die();
    const { id } = await kit.queue.enqueue(job, {});
    expect((await workOnce(kit.queue)).claimed).toBe(0);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'pending' });
  });

  it('is found by the sweep too, when nobody was told', async () => {
    const slow = held('forgotten');
    const kit = await open({ jobs: [slow.job] });
    const { id } = await kit.queue.enqueue(slow.job, {});
    await slow.started;
    await kit.instance.die();
    expect(await rescueJobs(database.db, [])).toBe(1);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'pending' });
    slow.end(null);
  });

  it('is not followed forever by a payload that kills: it is buried', async () => {
    const poison = defineJob({ type: 'poison', schema, crashLimit: 2, run: () => 'survived' });
    const kit = await open({ jobs: [poison], start: false });
    const { id } = await kit.queue.enqueue(poison, {});
    await database.pool.query('UPDATE punctual.jobs SET crashes = 2 WHERE id = $1', [id]);
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'dead', errorCode: 'CRASH_LIMIT' });
  });

  it('has its handlers told at once when it learns of it', async () => {
    const slow = held('told');
    const kit = await open({ jobs: [slow.job] });
    const { id } = await kit.queue.enqueue(slow.job, {});
    const signal = await slow.started;
    kit.instance.lose();
    await waitFor(() => signal.aborted);
    expect(signal.reason).toMatchObject({ why: 'shutdown' });
    expect(await kit.reaches(id, 'pending')).toMatchObject({ attempt: 0, crashes: 0 });
    slow.end(null);
  });
});

describe('time-outs', () => {
  it('end the wait and the attempt, whether the handler listens or not', async () => {
    const deaf = held('deaf', { timeoutMs: 30 });
    const kit = await open({ jobs: [deaf.job] });
    const { id } = await kit.queue.enqueue(deaf.job, {});
    expect(await kit.reaches(id, 'failed')).toMatchObject({ errorCode: 'TIMEOUT', attempt: 1 });
    expect(((await deaf.started).reason as JobAborted).why).toBe('timeout');
    deaf.end('too late');
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'failed', result: null });
  });
});

describe('stopping', () => {
  it('does not wait for a handler that ignores its signal beyond the grace, and gives the job back', async () => {
    const deaf = held('stays');
    const kit = await open({ jobs: [deaf.job] });
    const { id } = await kit.queue.enqueue(deaf.job, {});
    await deaf.started;
    await kit.queue.worker.stop({ graceMs: 20 });
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'pending', attempt: 0, claimedBy: null });
    deaf.end(null);
  });

  it('lets running work end within the grace', async () => {
    const polite = held('ends');
    const kit = await open({ jobs: [polite.job] });
    const { id } = await kit.queue.enqueue(polite.job, {});
    await polite.started;
    const stopped = kit.queue.worker.stop({ graceMs: 10_000 });
    polite.end('in time');
    await stopped;
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'completed', result: 'in time' });
  });
});

describe('cancelling', () => {
  it('aborts a running job on another instance, and its end changes nothing', async () => {
    const slow = held('cancelled-running');
    const worker = await open({ jobs: [slow.job], listen: () => ({ connectionString: database.url }) });
    const other = await open({ jobs: [slow.job], start: false });
    const { id } = await other.queue.enqueue(slow.job, {});
    const signal = await slow.started;
    expect(await other.queue.admin.cancel(id)).toMatchObject({ status: 'cancelled' });
    await waitFor(() => signal.aborted);
    slow.end('unwanted');
    await worker.stop();
    expect(await other.queue.admin.get(id)).toMatchObject({ status: 'cancelled', result: null });
  });

  it('reaches the handler by the next look when the message was lost', async () => {
    const slow = held('message-lost');
    const worker = await open({ jobs: [slow.job], pollMs: 100 });
    const other = await open({ jobs: [slow.job], start: false });
    const { id } = await worker.queue.enqueue(slow.job, {});
    const signal = await slow.started;
    await other.queue.admin.cancel(id);
    await waitFor(() => signal.aborted);
    expect(signal.reason).toMatchObject({ why: 'cancelled' });
    slow.end(null);
  });

  it('takes a job that is claimed and has not been started', async () => {
    const slow = held('first-in-line');
    const next = defineJob({ type: 'next', schema, run: () => 'ran' });
    const kit = await open({ jobs: [slow.job, next], start: false, concurrency: 1 });
    await kit.queue.enqueue(slow.job, {});
    const { id } = await kit.queue.enqueue(next, {});
    await database.pool.query(
      `INSERT INTO punctual.job_claims (token, instance_id, job_ids) VALUES (gen_random_uuid(), $2, ARRAY[$1::uuid])`,
      [id, kit.instance.id],
    );
    expect(await kit.queue.admin.get(id)).toMatchObject({
      status: 'processing',
      attempt: 1,
      claimedBy: kit.instance.id,
    });
    expect(await kit.queue.admin.cancel(id)).toMatchObject({ status: 'cancelled', claimedBy: null });
    slow.end(null);
  });

  it('refuses what has ended', async () => {
    const quick = defineJob({ type: 'quick', schema, run: () => {} });
    const kit = await open({ jobs: [quick], start: false });
    const { id } = await kit.queue.enqueue(quick, {});
    await workOnce(kit.queue);
    await expect(kit.queue.admin.cancel(id)).rejects.toMatchObject({ code: 'JOB_NOT_PENDING' });
  });
});

describe('what a worker does not know', () => {
  it('leaves unknown types for others and reports them, without being held up by many', async () => {
    const mine = defineJob({ type: 'mine', schema, run: () => 'done' });
    const newer = defineJob({ type: 'newer', schema, run: () => {} });
    const other = await open({ jobs: [mine, newer], start: false });
    await other.queue.enqueueMany(Array.from({ length: 1_500 }, () => ({ job: newer, payload: {} })));
    const { id } = await other.queue.enqueue(mine, {});
    const kit = await open({ jobs: [mine], start: false });
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'completed' });
    expect(kit.queue.unknownTypes()).toEqual(['newer']);
    expect((await other.queue.admin.list({ type: 'newer', status: ['pending'] }, { limit: 1 })).items).toHaveLength(1);
  });

  it('buries a payload that no longer fits its schema, without an attempt of the handler', async () => {
    const before = defineJob({ type: 'changes', schema: z.object({ a: z.number() }), run: () => {} });
    const after = defineJob({ type: 'changes', schema: z.object({ b: z.string() }), run: () => 'ran' });
    const old = await open({ jobs: [before], start: false });
    const { id } = await old.queue.enqueue(before, { a: 1 });
    const kit = await open({ jobs: [after], start: false });
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'dead', errorCode: 'INVALID_PAYLOAD' });
  });
});

it('a job that is cancelled while it waits to be begun is not begun, and runs once when it is put back', async () => {
  const quick = defineJob({ type: 'quick', schema, run: () => {} });
  const ran: string[] = [];
  const first = deferred();
  const job = defineJob({
    type: 'waiting',
    schema,
    run: async (ctx) => {
      ran.push(ctx.jobId);
      if (ran.length === 1) await first.promise;
    },
  });
  const kit = await open({ jobs: [quick, job], start: false, concurrency: 1 });
  await kit.queue.enqueue(quick, {});
  await workOnce(kit.queue); // so that it claims ahead
  const ids = (await kit.queue.enqueueMany(Array.from({ length: 3 }, () => ({ job, payload: {} })))).map(
    ({ id }) => id,
  );
  const working = workOnce(kit.queue);
  await waitFor(async () => (await kit.queue.admin.get(ids[2]!)).status === 'processing' && ran.length === 1);
  const [cancelled, retried] = ids.filter((id) => id !== ran[0]) as [string, string];
  for (const id of [cancelled, retried]) await kit.queue.admin.cancel(id);
  await kit.queue.admin.retry(retried);
  first.resolve();
  expect((await working).lost).toBe(2);
  await workOnce(kit.queue);
  expect(ran.filter((id) => id === retried)).toHaveLength(1);
  expect(ran).not.toContain(cancelled);
  expect(await kit.queue.admin.get(cancelled)).toMatchObject({ status: 'cancelled' });
  expect(await kit.queue.admin.get(retried)).toMatchObject({ status: 'completed' });
});

describe('wake-ups', () => {
  it('reach a worker in another process before its poll', async () => {
    const job = defineJob({ type: 'woken', schema, run: () => 'woken' });
    const listen = () => ({ connectionString: database.url });
    const worker = await open({ jobs: [job], listen, pollMs: 60_000 });
    const other = await open({ jobs: [job], start: false });
    await waitFor(async () => {
      const { rows } = await database.pool.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'punctual-listen'`,
      );
      return rows.length === 1;
    });
    const { id } = await other.queue.enqueue(job, {});
    await worker.reaches(id, 'completed');
  });

  it('are not needed: polling finds the work', async () => {
    const job = defineJob({ type: 'polled', schema, run: () => 'found' });
    const worker = await open({ jobs: [job], pollMs: 50 });
    const other = await open({ jobs: [job], start: false });
    const { id } = await other.queue.enqueue(job, {});
    await worker.reaches(id, 'completed');
  });

  it('come back after the listening connection was cut', async () => {
    const job = defineJob({ type: 'recut', schema, run: () => 'heard' });
    const worker = await open({ jobs: [job], listen: () => ({ connectionString: database.url }), pollMs: 60_000 });
    const other = await open({ jobs: [job], start: false });
    const listening = async () => {
      const { rows } = await database.pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'punctual-listen' AND query LIKE 'LISTEN%' AND state = 'idle'`,
      );
      return rows[0]?.pid;
    };
    const before = await waitFor(listening);
    await database.pool.query('SELECT pg_terminate_backend($1)', [before]);
    await waitFor(async () => (await listening()) !== before && (await listening()) !== undefined);
    const { id } = await other.queue.enqueue(job, {});
    await worker.reaches(id, 'completed');
  });
});

describe('a clock that is wrong', () => {
  it.each([-600_000, 600_000])('of %i ms changes nothing about what is due', async (offsetMs) => {
    const { systemClock } = await import('../../../src/base/clock.js');
    const clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + offsetMs) };
    const job = defineJob({ type: 'timed', schema, run: () => 'ran' });
    const kit = await open({ jobs: [job], start: false, clock });
    const now = await kit.queue.enqueue(job, {});
    const later = await kit.queue.enqueue(job, {}, { runAt: new Date(Date.now() + 300_000) });
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(now.id)).toMatchObject({ status: 'completed' });
    expect(await kit.queue.admin.get(later.id)).toMatchObject({ status: 'pending' });
  });
});
