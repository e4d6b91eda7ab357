// BullMQ on PostgreSQL, making the same POSTs.
import { answer, contestInput, timed } from '../../support/programs/contest.js';
import { counter, load, poster } from '../../support/peer.js';

const input = contestInput();
const { Queue, Worker, createPostgresBackend } = await load('bullmq');
const post = poster(input.receiverUrl);
const calls = counter();
const connection = { connectionString: input.databaseUrl, max: 10, migrate: true };

const queue = new Queue('post', { connection }, createPostgresBackend);
await queue.waitUntilReady();

async function fill(count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, n) => ({
    name: 'post',
    data: { subscriptionId: `sub-${n}`, userId: `user-${n}` },
  }));
  for (let from = 0; from < jobs.length; from += 1_000) await queue.addBulk(jobs.slice(from, from + 1_000));
}

const runUntil = async (count: number): Promise<void> => {
  const reached = calls.reached(count);
  const worker = new Worker(
    'post',
    async (job: { data: unknown }) => {
      await post(job.data);
      calls.done();
    },
    { connection, concurrency: input.parallel },
    createPostgresBackend,
  );
  worker.on('error', console.error);
  await reached;
  await worker.close(true);
};

await fill(input.warmUp);
await runUntil(input.warmUp);
await fill(input.count);
answer(await timed(input.count, () => runUntil(input.count)));
