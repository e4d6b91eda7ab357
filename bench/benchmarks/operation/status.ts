// GET /admin/status with ten million rows and a hundred thousand dead occurrences of the last day.
import { quantile, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { migrated, withClient } from '../../support/database.js';
import { atMost, benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';
import { seedSubscriptions } from '../../support/subscriptions.js';

const BURY = `
  INSERT INTO punctual.subscription_runs (subscription_id, scheduled_for, outcome, attempts, finished_at, error)
  SELECT subscription_id, date_trunc('second', now()) - interval '1 hour', 'dead', 5, now() - n % 80000 * interval '1 second', 'HTTP_500'
    FROM (SELECT subscription_id, row_number() OVER () AS n FROM subscription_processing LIMIT $1) AS buried`;

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('status', async (fresh) => {
    const rows = quick ? 300_000 : 10_000_000;
    const dead = quick ? 30_000 : 100_000;
    const databaseUrl = await fresh();
    await migrated(databaseUrl);
    await seedSubscriptions(databaseUrl, { due: Math.min(rows / 10, 200_000), later: rows });
    await withClient(databaseUrl, async (client) => {
      await client.query(BURY, [dead]);
      await client.query('VACUUM ANALYZE punctual.subscription_runs');
    });
    const input = { databaseUrl, requests: 300 };
    const { times, subscriptions } = await runProgram<{ times: number[]; subscriptions: unknown }>(
      'contestants/status.ts',
      input,
    );
    console.error(JSON.stringify(subscriptions));
    const figures = {
      p50: round(quantile(times, 0.5), 1),
      p99: round(quantile(times, 0.99), 1),
      max: round(Math.max(...times), 1),
    };
    return {
      settings: { rows, dead },
      figures,
      shown: [Object.keys(figures), [Object.values(figures)]],
      targets: [atMost('p99, ms', figures.p99, 25, { digits: 1 })],
    };
  });
