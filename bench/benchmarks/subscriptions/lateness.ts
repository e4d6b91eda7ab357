// The time from when a call is due until it is sent, with three hundred calls due at each second of a minute.
import { quantile, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';
import { startBenchReceiver } from '../../support/servers/receiver.js';

const PER_SECOND = 300;
const PARALLEL = 50;
const WARM_UP = 4_000;

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('lateness', async (fresh) => {
    const seconds = quick ? 10 : 60;
    const late = await lateCalls(await fresh(), seconds);
    const figures = {
      calls: late.length,
      p50: round(quantile(late, 0.5), 1),
      p99: round(quantile(late, 0.99), 1),
      max: round(Math.max(...late), 1),
      early: late.filter((ms) => ms < 0).length,
    };
    const all = figures.calls === PER_SECOND * seconds && figures.early === 0;
    const reached = all && figures.p99 <= 100;
    return {
      settings: { per_second: PER_SECOND, seconds, parallel: PARALLEL, warm_up: WARM_UP },
      figures,
      shown: [Object.keys(figures), [Object.values(figures)]],
      targets: [{ what: 'p99 from due to sent, ms', target: '≤ 100', measured: `${figures.p99}`, reached }],
    };
  });

/** Of each call, the milliseconds from when it was due to when it arrived. */
async function lateCalls(databaseUrl: string, seconds: number): Promise<number[]> {
  const receiver = await startBenchReceiver({ keepArrivals: true });
  try {
    const input = { databaseUrl, receiverUrl: receiver.url, parallel: PARALLEL, warmUp: WARM_UP };
    await runProgram('contestants/lateness.ts', { ...input, perSecond: PER_SECOND, seconds });
    // The warm-up was due before the scheduler started and is not counted.
    return (await receiver.arrivals()).slice(WARM_UP).map(([due, came]) => came - due);
  } finally {
    await receiver.close();
  }
}
