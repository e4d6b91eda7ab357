// The size of the queue's tables under steady load: a million jobs in ten rounds, each deleted a round after its end.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import { silentLogger } from '../../../src/base/logger.js';
import { createDatabase } from '../../../src/db/database.js';
import { deleteOldJobs } from '../../../src/db/queue/admin-queries/retention.js';
import { createQueue, defineJob } from '../../../src/scheduler/queue/index.js';
import { printTargets, round, table, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { migrated, startBenchServer } from '../../support/database.js';

const noop = defineJob({ type: 'noop', schema: z.object({ n: z.number() }), run: () => {} });
const AT_ONCE = { completedS: 0, cancelledS: 0, deadS: 0 };
const BATCH = 1_000;

async function sizes(pool: pg.Pool): Promise<{ tableMb: number; indexMb: number; live: number }> {
  const { rows } = await pool.query<{ heap: number; indexes: number; live: number }>(
    `SELECT pg_table_size('punctual.jobs')::float8 AS heap, pg_indexes_size('punctual.jobs')::float8 AS indexes,
       (SELECT count(*) FROM punctual.jobs)::float8 AS live`,
  );
  const [{ heap, indexes, live }] = rows as [{ heap: number; indexes: number; live: number }];
  return { tableMb: heap / 1e6, indexMb: indexes / 1e6, live };
}

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const rounds = 10;
  const perRound = quick ? 5_000 : 100_000;
  const server = await startBenchServer();
  const url = await server.createDatabase('bench_bloat');
  await migrated(url);
  const pool = new pg.Pool({ connectionString: url });
  const db = createDatabase(pool, 'punctual');
  const instanceId = randomUUID();
  await pool.query(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key) VALUES ($1, 'bench', 1, '0', 1)`,
    [instanceId],
  );
  const life = { instanceId, signal: new AbortController().signal };
  const queue = createQueue({ db, jobs: [noop], logger: silentLogger, life: () => life });
  const measured: { tableMb: number; indexMb: number; live: number }[] = [];
  try {
    for (let n = 0; n < rounds; n += 1) {
      for (let from = 0; from < perRound; from += BATCH) {
        await queue.enqueueMany(Array.from({ length: BATCH }, (_, k) => ({ job: noop, payload: { n: from + k } })));
      }
      await queue.worker.workOnce({ closing: life.signal });
      measured.push(await sizes(pool));
      // as autovacuum does when the machine is not busy
      await pool.query('VACUUM punctual.jobs');
      while ((await deleteOldJobs(db, AT_ONCE, BATCH)) === BATCH);
      await pool.query('VACUUM punctual.jobs');
    }
  } finally {
    await pool.end();
    await server.dropDatabase('bench_bloat');
    await server.stop();
  }
  return report(measured, perRound, server.version);
}

function report(
  measured: readonly { tableMb: number; indexMb: number; live: number }[],
  perRound: number,
  postgres: string,
): BenchResult {
  const rows = measured.map(({ tableMb, indexMb, live }, n) => [
    `${((n + 1) * perRound) / 1_000}k`,
    round(live),
    round(tableMb, 1),
    round(indexMb, 1),
  ]);
  console.log(table(['jobs so far', 'rows', 'table MB', 'indexes MB'], rows));
  const [first, last] = [measured[0], measured.at(-1)];
  const growth =
    ((last?.tableMb ?? NaN) + (last?.indexMb ?? NaN)) / ((first?.tableMb ?? NaN) + (first?.indexMb ?? NaN));
  const targets = [
    { what: 'last round ÷ first', target: '≤ 1.5', measured: `${round(growth, 2)}`, reached: growth <= 1.5 },
  ];
  printTargets(targets);
  return {
    bench: 'queue-bloat',
    node: process.version,
    postgres,
    settings: { perRound },
    figures: { measured },
    targets,
  };
}
