// How late delayed jobs start: 400 of them, one due every 100 ms, on a worker that has nothing else to do.
import { printTargets, quantile, round, table, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { startBenchServer } from '../../support/database.js';
import type { LatencyResult } from '../../contestants/queue/contest.js';
import { chosen, CONCURRENCY, runOne } from '../../contestants/queue/contestants.js';

interface Lateness {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly early: number;
}

const figuresOf = ({ latenciesMs }: LatencyResult): Lateness => ({
  p50: round(quantile(latenciesMs, 0.5), 1),
  p99: round(quantile(latenciesMs, 0.99), 1),
  max: round(Math.max(...latenciesMs), 1),
  early: latenciesMs.filter((ms) => ms < 0).length,
});

/** Contestants run one after the other, because this measures waiting times and not throughput. */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? 50 : 400;
  const server = await startBenchServer();
  try {
    const figures: Record<string, Lateness> = {};
    for (const [name, contestant] of chosen()) {
      figures[name] = figuresOf(await runOne<LatencyResult>(server, contestant, 'lateness', count));
    }
    const rows = Object.entries(figures).map(([name, { p50, p99, max, early }]) => [name, p50, p99, max, early]);
    console.log(table(['contestant', 'late p50 ms', 'p99 ms', 'max ms', 'early'], rows));
    const ours = figures['punctual'] ?? { p50: NaN, p99: NaN, max: NaN, early: NaN };
    const peers = Object.entries(figures).filter(([name]) => name !== 'punctual');
    const best = Math.min(...peers.map(([, { p99 }]) => p99));
    const targets = [
      { what: 'p99 after run_at, ms', target: '≤ 100', measured: `${ours.p99}`, reached: ours.p99 <= 100 },
      { what: 'started early', target: '0', measured: `${ours.early}`, reached: ours.early === 0 },
      {
        what: "p99 against the best peer's, ms",
        target: `< ${best}`,
        measured: `${ours.p99}`,
        reached: ours.p99 < best,
      },
    ];
    printTargets(targets);
    const settings = { count, every_ms: 100, concurrency: CONCURRENCY };
    return { bench: 'job-lateness', node: process.version, postgres: server.version, settings, figures, targets };
  } finally {
    await server.dropDatabase('bench_queue');
    await server.stop();
  }
}
