// Memory during a drain of a million subscriptions: it must stay small and not grow.
import { median, printTargets, round, table, type BenchOptions, type BenchResult } from './support/bench.js';
import { startBenchServer } from './support/database.js';
import { runProgram } from './support/program.js';
import { startBenchReceiver } from './support/receiver.js';

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? 50_000 : 1_000_000;
  const parallel = 50;
  const server = await startBenchServer();
  const receiver = await startBenchReceiver();
  try {
    const databaseUrl = await server.createDatabase('bench_memory');
    const input = { databaseUrl, receiverUrl: receiver.url, count, warmUp: 0, parallel };
    const { rss, seconds } = await runProgram<{ rss: number[]; seconds: number }>('contestants/memory.ts', input, {
      timeoutMs: 1_800_000,
    });
    const tenth = Math.max(1, Math.floor(rss.length / 10));
    const tenths = Array.from({ length: 10 }, (_, index) =>
      round(median(rss.slice(index * tenth, (index + 1) * tenth))),
    );
    console.log(
      table(
        ['tenth of the drain', 'RSS MB (median)'],
        tenths.map((mb, index) => [index + 1, mb]),
      ),
    );
    const most = Math.max(...rss);
    const growth = tenths.at(-1)! / tenths[1]!;
    const targets = [
      { what: 'RSS, MB', target: '≤ 250', measured: `${round(most)}`, reached: most <= 250 },
      {
        what: 'last tenth ÷ second tenth (flat)',
        target: '≤ 1.2',
        measured: `${round(growth, 2)}`,
        reached: growth <= 1.2,
      },
    ];
    printTargets(targets);
    const figures = { rss_mb_by_tenth: tenths, rss_mb_most: round(most), per_second: round(count / seconds) };
    return {
      bench: 'memory',
      node: process.version,
      postgres: server.version,
      settings: { count, parallel },
      figures,
      targets,
    };
  } finally {
    await receiver.close();
    await server.dropDatabase('bench_memory');
    await server.stop();
  }
}
