// Jobs that were in the hands of a dead process: how they are run again, and when they are buried.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { OwnDatabase } from '../../../src/db/database.js';
import { rescueJobs } from '../../../src/db/queue/queries/release-jobs.js';
import { watchOf } from '../../../src/scheduler/queue/run/crash-guard.js';
import { defineJob } from '../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { deferred, queueKits, workOnce, type TestQueue } from './support.js';

let database: TestDatabase;
const schema = z.object({});

const { open, clear } = queueKits(() => database);

const suspect = (ids: readonly string[], crashes: number): Promise<unknown> =>
  database.pool.query('UPDATE punctual.jobs SET crashes = $2 WHERE id = ANY($1)', [ids, crashes]);

/** Jobs that run until the test lets them end. */
function gated(type: string, extra = {}) {
  const gate = deferred();
  const state = { now: 0, most: 0 };
  const job = defineJob({
    type,
    schema,
    ...extra,
    run: async () => {
      state.now += 1;
      state.most = Math.max(state.most, state.now);
      await gate.promise;
      state.now -= 1;
    },
  });
  return { job, state, open: () => gate.resolve() };
}

/** The database, in which a statement fails as long as the test says so. */
function failing(pattern: RegExp): { db: OwnDatabase; on: boolean; refused: number } {
  const { query } = database.db;
  const fails = (text: string): boolean => kit.on && pattern.test(text);
  const refuse = (): Promise<never> => {
    kit.refused += 1;
    return Promise.reject(new Error('connection lost'));
  };
  const db: OwnDatabase = { ...database.db, query: (text, values) => (fails(text) ? refuse() : query(text, values)) };
  const kit = { on: true, db, refused: 0 };
  return kit;
}

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(clear);
afterAll(() => database.close());

describe('how a job is watched', () => {
  it.each([
    [0, 3, 'none'],
    [1, 3, 'noted'],
    [2, 3, 'alone'],
    [3, 3, 'buried'],
    [0, 2, 'none'],
    [1, 2, 'alone'],
    [2, 2, 'buried'],
    [0, 1, 'noted'],
    [1, 1, 'alone'],
    [2, 1, 'buried'],
    [7, 3, 'buried'],
  ])('%i crashes of %i: %s', (crashes, limit, watch) => {
    expect(watchOf(crashes, limit)).toBe(watch);
  });
});

describe('suspects', () => {
  it('run beside each other while another death would bury none of them', async () => {
    const { job, state, open: letEnd } = gated('suspected');
    const kit = await open({ jobs: [job], start: false, concurrency: 3 });
    const jobs = await kit.queue.enqueueMany(Array.from({ length: 3 }, () => ({ job, payload: {} })));
    await suspect(
      jobs.map(({ id }) => id),
      1,
    );
    const working = workOnce(kit.queue);
    await waitFor(() => state.now === 3);
    const { rows } = await database.pool.query<{ n: number }>(
      'SELECT cardinality(begun) AS n FROM punctual.job_claims WHERE instance_id = $1',
      [kit.instance.id],
    );
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(3);
    letEnd();
    expect(await working).toMatchObject({ successful: 3 });
  });

  it('run one at a time on their last chance; the others wait without an attempt or a place of their own', async () => {
    const { job, state, open: letEnd } = gated('last-chance');
    const normal = defineJob({ type: 'normal', schema, run: () => 'ran' });
    const kit = await open({ jobs: [job, normal], concurrency: 2 });
    const jobs = await kit.queue.enqueueMany(
      Array.from({ length: 4 }, () => ({ job, payload: {}, options: { runAt: new Date(Date.now() + 300) } })),
    );
    const ids = jobs.map(({ id }) => id);
    await suspect(ids, 2);
    await waitFor(() => state.now === 1);
    await waitFor(async () => {
      const { rows } = await database.pool.query(
        `SELECT FROM punctual.jobs WHERE id = ANY($1) AND status = 'pending' AND attempt = 0 AND run_at > now()`,
        [ids],
      );
      return rows.length === 3;
    });
    const { id } = await kit.queue.enqueue(normal, {});
    await kit.reaches(id, 'completed');
    letEnd();
    for (const one of ids) expect(await kit.reaches(one, 'completed')).toMatchObject({ attempt: 1, crashes: 2 });
    expect(state.most).toBe(1);
  });

  it('wait when their start cannot be written down', async () => {
    let runs = 0;
    const job = defineJob({ type: 'unwritten', schema, run: () => void (runs += 1) });
    const broken = failing(/SET begun =/);
    const kit = await open({ jobs: [job], start: false, db: broken.db });
    const { id } = await kit.queue.enqueue(job, {});
    await suspect([id], 1);
    const working = workOnce(kit.queue);
    await waitFor(() => broken.refused > 1);
    expect(runs).toBe(0);
    broken.on = false;
    await working;
    expect(runs).toBe(1);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'completed', attempt: 1 });
  });
});

describe('a crash limit of 1', () => {
  const dies = async (kit: TestQueue): Promise<void> => {
    await kit.instance.die();
    await rescueJobs(database.db, [kit.instance.id]);
  };

  it('buries a job whose process died while it ran, without a second run', async () => {
    const { job, state, open: letEnd } = gated('once', { crashLimit: 1 });
    const first = await open({ jobs: [job] });
    const { id } = await first.queue.enqueue(job, {});
    await waitFor(() => state.now === 1);
    await dies(first);
    const second = await open({ jobs: [job], start: false });
    await workOnce(second.queue);
    expect(await second.queue.admin.get(id)).toMatchObject({ status: 'dead', errorCode: 'CRASH_LIMIT', crashes: 1 });
    letEnd();
    expect(state.most).toBe(1);
  });

  it('does not bury one that had not begun', async () => {
    const { job, state, open: letEnd } = gated('once', { crashLimit: 1 });
    const first = await open({ jobs: [job], concurrency: 1, chunkSize: 10 });
    await first.queue.enqueue(job, {});
    await waitFor(() => state.now === 1);
    const { id } = await first.queue.enqueue(job, {});
    // held, not begun: as it is when several were claimed ahead
    await database.pool.query(
      'UPDATE punctual.job_claims SET job_ids = array_append(job_ids, $1) WHERE instance_id = $2',
      [id, first.instance.id],
    );
    await dies(first);
    letEnd();
    await first.stop();
    const second = await open({ jobs: [job] });
    expect(await second.reaches(id, 'completed', 'dead')).toMatchObject({ status: 'completed', crashes: 1 });
  });
});

describe('room in a process', () => {
  it('comes back although what was claimed ahead could not be given back', async () => {
    const quick = defineJob({ type: 'quick', schema, run: () => {} });
    const { job, state, open: letEnd } = gated('stuck', { concurrency: 3 });
    const broken = failing(/^\s*UPDATE \S*job_claims c\s/);
    const kit = await open({ jobs: [quick, job], start: false, concurrency: 1, db: broken.db });
    await kit.queue.enqueue(quick, {});
    await workOnce(kit.queue); // so that it claims ahead
    const held = async (): Promise<number> => {
      const { rows } = await database.pool.query<{ n: number }>(
        'SELECT coalesce(sum(cardinality(job_ids)), 0)::integer AS n FROM punctual.job_claims',
      );
      return rows[0]?.n ?? 0;
    };
    await kit.queue.enqueueMany(Array.from({ length: 3 }, () => ({ job, payload: {} })));
    const working = workOnce(kit.queue);
    await waitFor(async () => state.now === 1 && (await held()) === 3);
    await kit.queue.worker.stop({ graceMs: 0 });
    expect(await working).toMatchObject({ released: 0, unsettled: 3 });
    broken.on = false;
    await database.pool.query('DELETE FROM punctual.job_claims');
    const again = workOnce(kit.queue);
    await waitFor(async () => (await held()) === 3);
    letEnd();
    expect(await again).toMatchObject({ successful: 3 });
  }, 20_000);
});
