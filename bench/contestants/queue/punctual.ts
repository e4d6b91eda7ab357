// Punctual's queue with default settings.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import { silentLogger } from '../../../src/base/logger.js';
import { createDatabase } from '../../../src/db/database.js';
import { createQueue, defineJob, type Queue } from '../../../src/scheduler/queue/index.js';
import { answer } from '../../support/programs/contest.js';
import { migrated } from '../../support/database.js';
import { contest, queueContest, runThrough, type QueueContestant } from './contest.js';

const input = queueContest();
const { databaseUrl, concurrency, mode, count } = input;
await migrated(databaseUrl);

let onStart = (_n: number): void => {};
const noop = defineJob({ type: 'noop', schema: z.object({ n: z.number() }), run: (_ctx, { n }) => onStart(n) });

async function openQueue(): Promise<{ queue: Queue; pool: pg.Pool }> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const instanceId = randomUUID();
  await pool.query(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key)
     VALUES ($1, 'bench', $2, '0', nextval('punctual.presence_keys'))`,
    [instanceId, process.pid],
  );
  const life = { instanceId, signal: new AbortController().signal };
  const queue = createQueue({
    db: createDatabase(pool, 'punctual'),
    jobs: [noop],
    logger: silentLogger,
    life: () => life,
    listen: () => ({ connectionString: databaseUrl }),
    concurrency,
  });
  return { queue, pool };
}

const { queue, pool } = await openQueue();

const fill = async (jobs: number): Promise<void> => {
  for (let from = 0; from < jobs; from += 1_000) {
    const size = Math.min(1_000, jobs - from);
    await queue.enqueueMany(Array.from({ length: size }, (_, n) => ({ job: noop, payload: { n: from + n } })));
  }
};

const contestant: QueueContestant = {
  fill,
  async work(started) {
    onStart = started;
    await queue.worker.start();
    return { stop: () => queue.worker.stop() };
  },
  enqueueOne: () => queue.enqueue(noop, { n: 0 }),
  enqueueAt: (n, runAt) => queue.enqueue(noop, { n }, { runAt }),
  close: () => pool.end(),
};

/** Ten workers on one backlog, like ten processes, except that they share a CPU. */
async function contend(): Promise<never> {
  const others = await Promise.all(Array.from({ length: 9 }, openQueue));
  await fill(count);
  const all: QueueContestant = {
    ...contestant,
    async work(started) {
      onStart = started;
      const workers = [queue, ...others.map((other) => other.queue)].map((one) => one.worker);
      await Promise.all(workers.map((worker) => worker.start()));
      return { stop: () => Promise.all(workers.map((worker) => worker.stop())) };
    },
  };
  answer(await runThrough(count, all));
}

/** A worker that must find its jobs among a million others, which are due tomorrow. */
async function backlog(): Promise<never> {
  await pool.query(
    `INSERT INTO punctual.jobs (id, type, payload, run_at)
     SELECT gen_random_uuid(), 'noop', '{"n": 1}', now() + interval '1 day' FROM generate_series(1, 1000000)`,
  );
  await pool.query('VACUUM ANALYZE punctual.jobs');
  await fill(count);
  answer(await runThrough(count, contestant));
}

if (mode === 'contend') await contend();
if (mode === 'backlog') await backlog();
await contest(input, contestant);
