// The queue with real processes: killed, stopped, blocked; nothing is lost, and recovery takes seconds.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startProcess, type RunningProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { startQueue, type TestQueue } from '../queue/support.js';

let database: TestDatabase;
let kit: TestQueue;
const workers: RunningProcess[] = [];
const job = (type: string) => defineJob({ type, schema: z.looseObject({}), run: () => {} });
const [work, block, crash, poison] = [job('work'), job('block'), job('crash'), job('poison')];

async function startWorker(env: Record<string, string> = {}): Promise<RunningProcess> {
  const worker = await startProcess({
    script: 'test/scheduler/queue/worker-program.ts',
    env: { DATABASE_URL: database.url, ...env },
    // a payload that kills may be quicker than the word that all is ready
    ready: /"event":"(ready|crashing)"/,
  });
  workers.push(worker);
  return worker;
}

const events = (worker: RunningProcess, event: string): number =>
  worker.logs().filter((line) => line['event'] === event).length;

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [work, block, crash, poison], start: false });
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop('SIGKILL');
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

describe('worker processes', () => {
  it('take over from one that was killed, within seconds, and every job ends once', async () => {
    const [first, second] = [await startWorker(), await startWorker()];
    const jobs = Array.from({ length: 60 }, (_, n) => ({ job: work, payload: { n, ms: 100 } }));
    const ids = (await kit.queue.enqueueMany(jobs)).map(({ id }) => id);
    await waitFor(() => events(first, 'ended') > 2 && events(second, 'ended') > 2);
    first.signal('SIGKILL');
    await first.ended;
    const claimed = async (): Promise<number> => {
      const { rows } = await database.pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM punctual.job_claims c JOIN punctual.scheduler_instances i ON i.id = c.instance_id
         WHERE i.pid = $1`,
        [first.pid],
      );
      return rows[0]?.n ?? 0;
    };
    await waitFor(async () => (await claimed()) === 0, { timeoutMs: 15_000 });
    await waitFor(
      async () => {
        const { rows } = await database.pool.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM punctual.jobs WHERE id = ANY($1) AND status = 'completed'`,
          [ids],
        );
        return rows[0]?.n === ids.length;
      },
      { timeoutMs: 20_000 },
    );
    const { rows } = await database.pool.query<{ crashes: number }>(
      'SELECT sum(crashes)::int AS crashes FROM punctual.jobs WHERE id = ANY($1)',
      [ids],
    );
    expect(rows[0]?.crashes).toBeGreaterThan(0);
  }, 60_000);

  it('keep their claims while their event loop is blocked: no second run', async () => {
    const [first, second] = [await startWorker(), await startWorker()];
    const { id } = await kit.queue.enqueue(block, { ms: 20_000 });
    await waitFor(() => events(first, 'blocking') + events(second, 'blocking') === 1);
    const done = await waitFor(
      async () => {
        const found = await kit.queue.admin.get(id);
        return found.status === 'completed' && found;
      },
      { timeoutMs: 45_000 },
    );
    expect(done).toMatchObject({ attempt: 1, crashes: 0 });
    expect(events(first, 'blocking') + events(second, 'blocking')).toBe(1);
  }, 90_000);

  it('lose their claims when stopped for longer than the lease, and what they end late changes nothing', async () => {
    const first = await startWorker({ LEASE_S: '2' });
    const { id } = await kit.queue.enqueue(work, { n: 1, ms: 500 });
    await waitFor(() => events(first, 'begun') === 1);
    first.signal('SIGSTOP');
    const second = await startWorker({ LEASE_S: '2' });
    const done = await waitFor(
      async () => {
        const found = await kit.queue.admin.get(id);
        return found.status === 'completed' && found;
      },
      { timeoutMs: 25_000 },
    );
    expect(done.result).toEqual({ by: second.pid });
    first.signal('SIGCONT');
    await waitFor(() => first.lines.some((line) => line.includes('"ended"')), { timeoutMs: 10_000 });
    const again = await kit.queue.enqueue(work, { n: 2 });
    await waitFor(async () => (await kit.queue.admin.get(again.id)).status === 'completed', { timeoutMs: 20_000 });
    expect(await kit.queue.admin.get(id)).toMatchObject({ result: { by: second.pid }, crashes: 1 });
  }, 60_000);

  it('are not killed one after the other by a payload: it is buried', async () => {
    const { id } = await kit.queue.enqueue(crash, {});
    for (let n = 0; n < 2; n += 1) await (await startWorker()).ended;
    const survivor = await startWorker();
    const dead = await waitFor(
      async () => {
        const found = await kit.queue.admin.get(id);
        return found.status === 'dead' && found;
      },
      { timeoutMs: 25_000 },
    );
    expect(dead).toMatchObject({ errorCode: 'CRASH_LIMIT', crashes: 2 });
    expect(events(survivor, 'crashing')).toBe(0);
  }, 90_000);

  it('bury the payload that kills them, after as many deaths as its limit, and none of the bystanders', async () => {
    const innocent = Array.from({ length: 50 }, (_, n) => ({ job: work, payload: { n, ms: 20 } }));
    const queued = await kit.queue.enqueueMany([
      ...innocent.slice(0, 20),
      { job: poison, payload: {} },
      ...innocent.slice(20),
    ]);
    const { id } = queued[20]!;
    for (let death = 1; death <= 3; death += 1) {
      const worker = await startWorker();
      expect(await worker.ended).toMatchObject({ signal: 'SIGKILL' });
      expect(events(worker, 'crashing')).toBe(1);
    }
    const survivor = await startWorker();
    const countBy = async (): Promise<Record<string, number>> => {
      const { rows } = await database.pool.query<{ status: string; n: number }>(
        'SELECT status, count(*)::int AS n FROM punctual.jobs WHERE id = ANY($1) GROUP BY status',
        [queued.map((one) => one.id)],
      );
      return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
    };
    await waitFor(async () => (await countBy())['completed'] === 50, { timeoutMs: 30_000 });
    await waitFor(async () => (await countBy())['dead'] === 1, { timeoutMs: 10_000 });
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'dead', errorCode: 'CRASH_LIMIT', crashes: 3 });
    expect(events(survivor, 'crashing')).toBe(0);
  }, 120_000);

  it('end what they began at SIGTERM and leave the rest to others at once', async () => {
    const first = await startWorker();
    const ids = (
      await kit.queue.enqueueMany(Array.from({ length: 20 }, (_, n) => ({ job: work, payload: { n, ms: 400 } })))
    ).map(({ id }) => id);
    await waitFor(() => events(first, 'begun') >= 5);
    first.signal('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
    const { rows } = await database.pool.query<{ status: string; n: number }>(
      'SELECT status, count(*)::int AS n FROM punctual.jobs WHERE id = ANY($1) GROUP BY status',
      [ids],
    );
    const counts = Object.fromEntries(rows.map(({ status, n }) => [status, n]));
    expect(counts['completed']).toBe(events(first, 'ended'));
    expect(counts['processing']).toBeUndefined();
    expect((counts['completed'] ?? 0) + (counts['pending'] ?? 0)).toBe(20);
  }, 60_000);
});
