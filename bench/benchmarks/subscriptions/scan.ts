// The cost of a run with a hundred due rows in tables of ten thousand, a million and ten million rows, which must not grow with the table.
import {
  median,
  printTargets,
  quantile,
  round,
  table,
  type BenchOptions,
  type BenchResult,
} from '../../support/bench.js';
import { migrated, startBenchServer, type BenchServer } from '../../support/database.js';
import { runProgram } from '../../support/programs/program.js';
import { seedSubscriptions } from '../../support/subscriptions.js';

const DUE = 100;
const ROUNDS = 3;

async function fill(server: BenchServer, rows: number): Promise<string> {
  const since = performance.now();
  const databaseUrl = await server.createDatabase(`bench_scan_${rows}`);
  await migrated(databaseUrl);
  await seedSubscriptions(databaseUrl, { due: 0, later: rows });
  console.error(`${rows} rows in ${round((performance.now() - since) / 1_000)} s`);
  return databaseUrl;
}

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const sizes = quick ? [10_000, 200_000] : [10_000, 1_000_000, 10_000_000];
  const server = await startBenchServer();
  try {
    const urls: [number, string][] = [];
    for (const size of sizes) urls.push([size, await fill(server, size)]);
    const times = new Map<number, number[]>(sizes.map((size) => [size, []]));
    for (let round_ = 0; round_ < ROUNDS; round_ += 1) {
      for (const [size, databaseUrl] of urls) {
        const input = { databaseUrl, due: DUE, runs: quick ? 10 : 30 };
        const result = await runProgram<{ times: number[] }>('contestants/scan.ts', input);
        times.get(size)!.push(...result.times);
      }
    }
    return report(times, server.version);
  } finally {
    for (const size of sizes) await server.dropDatabase(`bench_scan_${size}`);
    await server.stop();
  }
}

function report(times: ReadonlyMap<number, number[]>, postgres: string): BenchResult {
  const medians = [...times.values()].map(median);
  const rows = [...times].map(([size, list]) => [size, round(median(list), 1), round(quantile(list, 0.95), 1)]);
  console.log(table(['rows', 'a run of 100 due, ms (median)', 'p95'], rows));
  const ratio = medians.at(-1)! / medians[0]!;
  const target = { what: 'largest ÷ smallest', target: '≤ 1.5', measured: `${round(ratio, 2)}`, reached: ratio <= 1.5 };
  printTargets([target]);
  const figures = Object.fromEntries([...times].map(([size, list]) => [size, round(median(list), 2)]));
  return {
    bench: 'scan',
    node: process.version,
    postgres,
    settings: { due: DUE, rounds: ROUNDS },
    figures,
    targets: [target],
  };
}
