// The requests of each page of the dashboard, with ten million subscriptions, a million jobs and a hundred thousand dead letters.
import { quantile, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { migrated, withClient } from '../../support/database.js';
import { atMost, benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';
import { seedSubscriptions } from '../../support/subscriptions.js';

const MOST_MS = 300;

const LEDGER = `
  INSERT INTO punctual.subscription_runs (subscription_id, scheduled_for, outcome, attempts, finished_at, error)
  SELECT subscription_id, date_trunc('second', now()) - interval '1 hour', 'dead', 5, now() - n % 80000 * interval '1 second', 'HTTP_500'
    FROM (SELECT subscription_id, row_number() OVER () AS n FROM subscription_processing LIMIT $1) AS buried`;

// A tenth is dead, a fiftieth is waiting, the rest is completed, over thirty days; ids increase with time, as in the queue.
const JOBS = `
  INSERT INTO punctual.jobs (id, type, payload, status, user_id, group_id, created_at, run_at, scheduled_for, completed_at, dead_at,
    duration_ms, error_code, error_message)
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000800000000000' || lpad(to_hex(n % 65536), 4, '0'))::uuid,
    'type' || n % 20, jsonb_build_object('n', n),
    CASE WHEN n % 10 = 0 THEN 'dead' WHEN n % 50 = 1 THEN 'pending' ELSE 'completed' END,
    'u' || n % 8000, 'g' || n % 50000, at, at, at,
    CASE WHEN n % 50 <> 1 THEN at + interval '1 second' END, CASE WHEN n % 10 = 0 THEN at + interval '1 second' END, 20,
    CASE WHEN n % 10 = 0 THEN 'HTTP_500' END, CASE WHEN n % 10 = 0 THEN 'receiver ' || n % 30 || ' returned 500' END
  FROM (SELECT n, now() - ($1 - n) * interval '30 days' / $1 AS at FROM generate_series(1, $1::int) AS n) AS numbered`;

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('dashboard', async (fresh) => {
    const settings = quick
      ? { rows: 300_000, jobs: 100_000, dead: 10_000, rounds: 20 }
      : { rows: 10_000_000, jobs: 1_000_000, dead: 100_000, rounds: 40 };
    const databaseUrl = await fresh();
    await fill(databaseUrl, settings);
    const input = { databaseUrl, rounds: settings.rounds };
    const { times } = await runProgram<{ times: Record<string, number[]> }>('contestants/dashboard.ts', input);
    const figures = Object.fromEntries(
      Object.entries(times).map(([page, list]) => [
        page,
        { p50: round(quantile(list, 0.5), 1), p95: round(quantile(list, 0.95), 1), most: round(Math.max(...list), 1) },
      ]),
    );
    const slowest = Math.max(...Object.values(figures).map(({ p95 }) => p95));
    return {
      settings,
      figures,
      shown: [
        ['page', 'p50, ms', 'p95, ms', 'max, ms'],
        Object.entries(figures).map(([page, { p50, p95, most }]) => [page, p50, p95, most]),
      ],
      targets: [atMost('p95 of the slowest page, ms', slowest, MOST_MS, { digits: 1 })],
    };
  });

async function fill(
  databaseUrl: string,
  { rows, jobs, dead }: Record<'rows' | 'jobs' | 'dead', number>,
): Promise<void> {
  await migrated(databaseUrl);
  await seedSubscriptions(databaseUrl, { due: Math.min(rows / 10, 200_000), later: rows });
  await withClient(databaseUrl, async (client) => {
    await client.query(LEDGER, [dead]);
    await client.query('SET session_replication_role = replica');
    await client.query(JOBS, [jobs]);
    await client.query('VACUUM ANALYZE punctual.subscription_runs');
    await client.query('VACUUM ANALYZE punctual.jobs');
  });
}
