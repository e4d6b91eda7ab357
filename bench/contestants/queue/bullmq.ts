// BullMQ: on PostgreSQL, or on Redis if BENCH_REDIS_URL names a server.
import { load } from '../../support/peer.js';
import { contest, queueContest } from './contest.js';

const input = queueContest();
const { Queue, Worker, createPostgresBackend } = await load('bullmq');
const redis = process.argv[3] === 'redis' ? new URL(process.env['BENCH_REDIS_URL'] ?? '') : null;
const connection = redis
  ? { host: redis.hostname, port: Number(redis.port), maxRetriesPerRequest: null }
  : { connectionString: input.databaseUrl, max: 10, migrate: true };
const backend = redis ? [] : [createPostgresBackend];
const queue = new Queue('noop', { connection }, ...backend);
await queue.waitUntilReady();

await contest(input, {
  async fill(count) {
    for (let from = 0; from < count; from += 1_000) {
      const size = Math.min(1_000, count - from);
      await queue.addBulk(Array.from({ length: size }, (_, n) => ({ name: 'noop', data: { n: from + n } })));
    }
  },
  async work(onStart) {
    const options = { connection, concurrency: input.concurrency };
    const worker = new Worker('noop', async (job: { data: { n: number } }) => onStart(job.data.n), options, ...backend);
    worker.on('error', console.error);
    await worker.waitUntilReady();
    return { stop: () => worker.close() };
  },
  enqueueOne: () => queue.add('noop', { n: 0 }),
  enqueueAt: (n, at) => queue.add('noop', { n }, { delay: at.getTime() - Date.now() }),
  close: () => queue.close(),
});
