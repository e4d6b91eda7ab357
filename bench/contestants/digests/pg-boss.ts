// pg-boss with one recurring job per schedule: its pass over the schedules, the forwarding of their jobs (fifty at a time, at the
// shortest possible interval), and a worker that runs each job.
import pg from 'pg';
import { answer, contestInput, timed } from '../../support/programs/contest.js';
import { counter, load } from '../../support/peer.js';
import { makeApplication, ONE_DIGEST, zones } from './world.js';

const { databaseUrl, count } = contestInput();
const { PgBoss } = await load('pg-boss');
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const client = await pool.connect();
await makeApplication(client, count);

const setUp = new PgBoss({ connectionString: databaseUrl, schedule: false });
await setUp.start();
await setUp.createQueue('digest');
await setUp.stop();
await client.query(
  `INSERT INTO pgboss.schedule (name, key, cron, timezone, data)
   SELECT 'digest', 'digest-' || n, '* * * * *', ($2::text[])[1 + n % 40], jsonb_build_object('id', n) FROM generate_series(1, $1::int) n`,
  [count, zones(40)],
);
client.release();

const done = counter();
const boss = new PgBoss({
  connectionString: databaseUrl,
  schedule: true,
  cronMonitorIntervalSeconds: 1,
  cronWorkerIntervalSeconds: 1,
  max: 10,
});
boss.on('error', console.error);
const result = await timed(count, async () => {
  const reached = done.reached(count);
  await boss.start();
  await boss.work(
    'digest',
    { batchSize: 500, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
    async (jobs: { data: { id: number } }[]) => {
      await Promise.all(jobs.map(({ data }) => pool.query(ONE_DIGEST, [data.id])));
      jobs.forEach(() => done.done());
    },
  );
  await reached;
});
answer(result);
