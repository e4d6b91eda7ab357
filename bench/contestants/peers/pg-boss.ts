// pg-boss, making the same POSTs: batches of as many jobs as may run at once, fetched again immediately while they are full.
import { answer, contestInput, timed } from '../../support/programs/contest.js';
import { counter, load, poster } from '../../support/peer.js';

const input = contestInput();
const { PgBoss } = await load('pg-boss');
const post = poster(input.receiverUrl);
const calls = counter();
const boss = new PgBoss({ connectionString: input.databaseUrl, max: 10 });
boss.on('error', console.error);
await boss.start();
await boss.createQueue('post');

async function fill(count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, n) => ({ data: { subscriptionId: `sub-${n}`, userId: `user-${n}` } }));
  for (let from = 0; from < jobs.length; from += 1_000) await boss.insert('post', jobs.slice(from, from + 1_000));
}

const runUntil = async (count: number): Promise<void> => {
  const reached = calls.reached(count);
  await boss.work(
    'post',
    { batchSize: input.parallel, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
    async (jobs: { data: unknown }[]) => {
      await Promise.all(jobs.map(({ data }) => post(data)));
      jobs.forEach(() => calls.done());
    },
  );
  await reached;
  await boss.offWork('post');
};

await fill(input.warmUp);
await runUntil(input.warmUp);
await fill(input.count);
answer(await timed(input.count, () => runUntil(input.count)));
