// A receiver with a long tail of latencies: whether the window stays full, or the slowest call of a chunk delays the others.
import { printTargets, round, table, type BenchOptions, type BenchResult } from './support/bench.js';
import type { ContestResult } from './support/contest.js';
import { startBenchServer } from './support/database.js';
import { runProgram } from './support/program.js';
import { startBenchReceiver, type Arrival } from './support/receiver.js';

const PARALLEL = 50;
const LATENCY = { medianMs: 100, p99Ms: 2_000 };

/**
 * The share of the `parallel` slots that were in use from the first call to the last, which is the share of parallel ÷ mean latency that
 * was reached while there was work. Calls still running when the last call begins are counted up to that time.
 */
function share(arrivals: readonly Arrival[], parallel: number): number {
  const first = arrivals[0]![1];
  const last = arrivals.at(-1)![1];
  const busy = arrivals.reduce((sum, [, came, held]) => sum + Math.min(held, last - came), 0);
  return busy / (parallel * (last - first));
}

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? 1_000 : 5_000;
  const server = await startBenchServer();
  const receiver = await startBenchReceiver({ latency: LATENCY, keepArrivals: true });
  const measure = async (file: string, calls: number) => {
    await receiver.reset();
    const databaseUrl = await server.createDatabase('bench_slow');
    const input = { databaseUrl, receiverUrl: receiver.url, count: calls, warmUp: 0, parallel: PARALLEL };
    const { seconds } = await runProgram<ContestResult>(file, input);
    const { meanLatencyMs } = await receiver.stats();
    const best = PARALLEL / (meanLatencyMs / 1_000);
    return { share: share(await receiver.arrivals(), PARALLEL), whole: calls / seconds / best, seconds, meanLatencyMs };
  };
  try {
    const ours = await measure('contestants/punctual.ts', count);
    const naive = await measure('peers/naive.ts', Math.round(count / 10));
    const rows = Object.entries({ punctual: ours, 'naive module': naive }).map(([name, one]) => [
      name,
      round(one.share, 3),
      round(one.whole, 3),
      round(one.seconds, 1),
      round(one.meanLatencyMs),
    ]);
    console.log(
      table(
        ['contestant', 'share while there is work', 'share to the last response', 'seconds', 'mean latency ms'],
        rows,
      ),
    );
    const what = 'of parallel ÷ mean latency, while there is work';
    const targets = [{ what, target: '≥ 0.95', measured: `${round(ours.share, 3)}`, reached: ours.share >= 0.95 }];
    printTargets(targets);
    const settings = { count, parallel: PARALLEL, latency: LATENCY };
    return {
      bench: 'drain-slow',
      node: process.version,
      postgres: server.version,
      settings,
      figures: { ours, naive },
      targets,
    };
  } finally {
    await receiver.close();
    await server.dropDatabase('bench_slow');
    await server.stop();
  }
}
