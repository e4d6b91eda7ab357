// The time from when a call is due until it is sent, with three hundred calls due at each second of a minute.
import { printTargets, quantile, round, table, type BenchOptions, type BenchResult } from './support/bench.js';
import { startBenchServer } from './support/database.js';
import { runProgram } from './support/program.js';
import { startBenchReceiver } from './support/receiver.js';

const PER_SECOND = 300;
const PARALLEL = 50;
const WARM_UP = 4_000;

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const seconds = quick ? 10 : 60;
  const server = await startBenchServer();
  const receiver = await startBenchReceiver({ keepArrivals: true });
  try {
    const databaseUrl = await server.createDatabase('bench_lateness');
    const input = {
      databaseUrl,
      receiverUrl: receiver.url,
      parallel: PARALLEL,
      warmUp: WARM_UP,
      perSecond: PER_SECOND,
      seconds,
    };
    await runProgram('contestants/lateness.ts', input);
    // The warm-up was due before the scheduler started and is not counted.
    const arrivals = (await receiver.arrivals()).slice(WARM_UP);
    const late = arrivals.map(([due, came]) => came - due);
    const figures = {
      calls: late.length,
      p50: round(quantile(late, 0.5), 1),
      p99: round(quantile(late, 0.99), 1),
      max: round(Math.max(...late), 1),
      early: late.filter((ms) => ms < 0).length,
    };
    console.log(table(Object.keys(figures), [Object.values(figures)]));
    const all = figures.calls === PER_SECOND * seconds && figures.early === 0;
    const reached = all && figures.p99 <= 100;
    const target = { what: 'p99 from due to sent, ms', target: '≤ 100', measured: `${figures.p99}`, reached };
    printTargets([target]);
    const settings = { per_second: PER_SECOND, seconds, parallel: PARALLEL, warm_up: WARM_UP };
    return { bench: 'lateness', node: process.version, postgres: server.version, settings, figures, targets: [target] };
  } finally {
    await receiver.close();
    await server.dropDatabase('bench_lateness');
    await server.stop();
  }
}
