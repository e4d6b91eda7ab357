// graphile-worker: with default settings, or with its local queue and batched completion.
import pg from 'pg';
import { load } from '../../support/peer.js';
import { contest, queueContest } from './contest.js';

const input = queueContest();
const localQueue = process.argv[3] === 'local';
const { run, runMigrations, Logger, makeWorkerUtils } = await load('graphile-worker');
const pool = new pg.Pool({ connectionString: input.databaseUrl, max: 10 });
const logger = new Logger(() => () => {});
await runMigrations({ pgPool: pool, logger });
const utils = await makeWorkerUtils({ pgPool: pool, logger });

const preset = {
  worker: {
    localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
    completeJobBatchDelay: 5,
    failJobBatchDelay: 5,
  },
};

await contest(input, {
  async fill(count) {
    for (let from = 0; from < count; from += 1_000) {
      const size = Math.min(1_000, count - from);
      await utils.addJobs(Array.from({ length: size }, (_, n) => ({ identifier: 'noop', payload: { n: from + n } })));
    }
  },
  work: (onStart) =>
    run({
      pgPool: pool,
      logger,
      preset: localQueue ? preset : {},
      concurrency: input.concurrency,
      noHandleSignals: true,
      taskList: { noop: (payload: { n: number }) => onStart(payload.n) },
    }),
  enqueueOne: () => utils.addJob('noop', { n: 0 }),
  enqueueAt: (n, at) => utils.addJob('noop', { n }, { runAt: at }),
  close: () => pool.end(),
});
