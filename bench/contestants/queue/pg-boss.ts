// pg-boss: batches of two thousand, fetched again immediately while they are full; one at a time where latency is measured.
import { load } from '../../support/peer.js';
import { contest, queueContest } from './contest.js';

const input = queueContest();
const { PgBoss } = await load('pg-boss');
const boss = new PgBoss({ connectionString: input.databaseUrl, max: 10 });
boss.on('error', console.error);
await boss.start();
await boss.createQueue('noop');
const batchSize = input.mode === 'latency' ? 1 : 2_000;

await contest(input, {
  async fill(count) {
    for (let from = 0; from < count; from += 1_000) {
      const size = Math.min(1_000, count - from);
      await boss.insert(
        'noop',
        Array.from({ length: size }, (_, n) => ({ data: { n: from + n } })),
      );
    }
  },
  async work(onStart) {
    await boss.work(
      'noop',
      { batchSize, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
      async (jobs: { data: { n: number } }[]) => jobs.forEach((job) => onStart(job.data.n)),
    );
    return { stop: () => boss.offWork('noop') };
  },
  enqueueOne: () => boss.send('noop', { n: 0 }),
  enqueueAt: (n, at) => boss.send('noop', { n }, { startAfter: at }),
  close: () => boss.stop(),
});
