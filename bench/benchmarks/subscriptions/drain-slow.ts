// A receiver with a long tail of latencies: whether the window stays full, or the slowest call of a chunk delays the others.
import { round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import { atLeast, benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';
import { startBenchReceiver, type Arrival } from '../../support/servers/receiver.js';

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

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('drain-slow', async (fresh) => {
    const count = quick ? 1_000 : 5_000;
    const receiver = await startBenchReceiver({ latency: LATENCY, keepArrivals: true });
    const measure = async (file: string, calls: number) => {
      await receiver.reset();
      const input = {
        databaseUrl: await fresh(),
        receiverUrl: receiver.url,
        count: calls,
        warmUp: 0,
        parallel: PARALLEL,
      };
      const { seconds } = await runProgram<ContestResult>(file, input);
      const { meanLatencyMs } = await receiver.stats();
      const best = PARALLEL / (meanLatencyMs / 1_000);
      const whole = calls / seconds / best;
      return { share: share(await receiver.arrivals(), PARALLEL), whole, seconds, meanLatencyMs };
    };
    try {
      const ours = await measure('contestants/punctual.ts', count);
      const naive = await measure('contestants/peers/naive.ts', Math.round(count / 10));
      return {
        settings: { count, parallel: PARALLEL, latency: LATENCY },
        figures: { ours, naive },
        shown: [
          ['contestant', 'share while there is work', 'share to the last response', 'seconds', 'mean latency ms'],
          Object.entries({ punctual: ours, 'naive module': naive }).map(([name, one]) => [
            name,
            round(one.share, 3),
            round(one.whole, 3),
            round(one.seconds, 1),
            round(one.meanLatencyMs),
          ]),
        ],
        targets: [atLeast('of parallel ÷ mean latency, while there is work', ours.share, 0.95, { digits: 3 })],
      };
    } finally {
      await receiver.close();
    }
  });
