// graphile-worker, making the same POSTs: with default settings, or with its local queue and batched completion.
import pg from 'pg';
import { answer, contestInput, timed, type ContestInput } from '../../support/programs/contest.js';
import { counter, load, poster } from '../../support/peer.js';

const input = contestInput() as ContestInput & { readonly localQueue?: boolean };
const { run, runMigrations } = await load('graphile-worker');
const post = poster(input.receiverUrl);
const calls = counter();
const pool = new pg.Pool({ connectionString: input.databaseUrl, max: 10 });
pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
const logger = new (await load('graphile-worker')).Logger(() => () => {});

await runMigrations({ pgPool: pool, logger });

const fill = (count: number): Promise<unknown> =>
  pool.query(
    `SELECT count(*) FROM (SELECT graphile_worker.add_job('post', json_build_object('subscriptionId', 'sub-' || n, 'userId', 'user-' || n))
       FROM generate_series(1, $1::int) AS n) AS added`,
    [count],
  );

const preset = input.localQueue
  ? {
      worker: {
        localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
        completeJobBatchDelay: 5,
        failJobBatchDelay: 5,
      },
    }
  : {};

const runUntil = async (count: number): Promise<void> => {
  const reached = calls.reached(count);
  const runner = await run({
    pgPool: pool,
    logger,
    preset,
    concurrency: input.parallel,
    noHandleSignals: true,
    taskList: {
      post: async (payload: unknown) => {
        await post(payload);
        calls.done();
      },
    },
  });
  await reached;
  await runner.stop();
};

await fill(input.warmUp);
await runUntil(input.warmUp);
await fill(input.count);
answer(await timed(input.count, () => runUntil(input.count)));
