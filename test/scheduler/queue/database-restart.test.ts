// The database goes away in the middle of the work and comes back, more than once: every job ends, none is stuck.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startFlowPostgres, type FlowPostgres } from '../../support/flow/postgres.js';
import { startProcess, type RunningProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';

let postgres: FlowPostgres;
let worker: RunningProcess;

beforeAll(async () => {
  postgres = await startFlowPostgres();
  worker = await startProcess({
    script: 'test/scheduler/queue/worker-program.ts',
    env: { DATABASE_URL: postgres.url },
    ready: /"event":"ready"/,
  });
}, 60_000);
afterAll(async () => {
  await worker.stop('SIGKILL');
  await postgres.close();
});

const countBy = async (status: string): Promise<number> => {
  const { rows } = await postgres.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM punctual.jobs WHERE status = $1',
    [status],
  );
  return rows[0]?.n ?? 0;
};

it('works on after every crash of the database, leaves no job behind and counts no crash against any', async () => {
  await postgres.pool.query(
    `INSERT INTO punctual.jobs (id, type, payload)
     SELECT gen_random_uuid(), 'work', json_build_object('n', n, 'ms', 50) FROM generate_series(1, 300) AS n`,
  );
  for (let crash = 0; crash < 3; crash += 1) {
    const before = await countBy('completed');
    await waitFor(async () => (await countBy('completed')) >= Math.min(before + 10, 250), { timeoutMs: 30_000 });
    await postgres.crash();
    await postgres.start();
    await waitFor(() => postgres.pool.query('SELECT 1').then(() => true), { timeoutMs: 20_000 });
  }
  await waitFor(async () => (await countBy('completed')) === 300, {
    timeoutMs: 60_000,
    what: 'all jobs are completed',
  });
  const { rows: claims } = await postgres.pool.query('SELECT FROM punctual.job_claims');
  const { rows: crashed } = await postgres.pool.query('SELECT FROM punctual.jobs WHERE crashes > 0');
  expect([claims, crashed]).toEqual([[], []]);
}, 180_000);
