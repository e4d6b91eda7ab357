// graphile-worker with one recurring job per schedule. Its crontab is a single file in UTC, so each job schedules the next one itself.
import pg from 'pg';
import { answer, contestInput, timed } from '../../support/programs/contest.js';
import { counter, load } from '../../support/peer.js';
import { makeApplication, ONE_DIGEST } from './world.js';

const { databaseUrl, count } = contestInput();
const { run, runMigrations, Logger } = await load('graphile-worker');
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
const logger = new Logger(() => () => {});
await runMigrations({ pgPool: pool, logger });
const client = await pool.connect();
await makeApplication(client, count);
await client.query(
  `SELECT count(*) FROM (SELECT graphile_worker.add_job('digest', json_build_object('id', n)) FROM generate_series(1, $1::int) n) AS added`,
  [count],
);
client.release();

const done = counter();
const preset = {
  worker: {
    localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
    completeJobBatchDelay: 5,
    failJobBatchDelay: 5,
  },
};
interface Helpers {
  addJob(name: string, payload: unknown, spec: object): Promise<unknown>;
}
const result = await timed(count, async () => {
  const reached = done.reached(count);
  const runner = await run({
    pgPool: pool,
    logger,
    preset,
    concurrency: 20,
    noHandleSignals: true,
    taskList: {
      digest: async ({ id }: { id: number }, helpers: Helpers) => {
        await pool.query(ONE_DIGEST, [id]);
        const spec = { runAt: new Date(performance.timeOrigin + 86_400_000), jobKey: `digest-${id}` };
        await helpers.addJob('digest', { id }, spec);
        done.done();
      },
    },
  });
  await reached;
  await runner.stop();
});
answer(result);
