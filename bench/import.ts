// Imports of batch lists: against a bare loop over the same pages, against reading page after page, and memory as the audience grows.
import {
  interleave,
  median,
  printTargets,
  round,
  table,
  type BenchOptions,
  type BenchResult,
} from './support/bench.js';
import { startBenchServer } from './support/database.js';
import { startMembersApi } from './support/members-api.js';
import { runProgram } from './support/program.js';

interface Imported {
  readonly seconds: number;
  readonly rss: readonly number[];
}

const PARALLEL = 4;

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const size = quick ? 10_000 : 50_000;
  const large = quick ? 50_000 : 500_000;
  const rounds = quick ? 1 : 3;
  const server = await startBenchServer();
  const contestant = async (file: string, members: number, latencyMs: number, parallel: number): Promise<Imported> => {
    const api = await startMembersApi(members, latencyMs);
    try {
      const databaseUrl = await server.createDatabase('bench_import');
      return await runProgram<Imported>(file, { databaseUrl, apiUrl: api.url, size: members, parallel });
    } finally {
      api.stop();
    }
  };
  try {
    const at = (latencyMs: number) => ({
      [`import, ${latencyMs} ms a page`]: () => contestant('contestants/import.ts', size, latencyMs, PARALLEL),
      [`bare loop, ${latencyMs} ms a page`]: () => contestant('contestants/bare-pages.ts', size, latencyMs, PARALLEL),
    });
    const results = await interleave(
      {
        ...at(0),
        ...at(20),
        'page after page, 20 ms': () => contestant('contestants/bare-pages.ts', size, 20, 1),
      },
      rounds,
      (name, { seconds }) => console.error(`${name}: ${round(size / seconds)} members/s`),
    );
    const rates = Object.fromEntries(
      Object.entries(results).map(([name, runs]) => [name, round(size / median(runs.map(({ seconds }) => seconds)))]),
    );
    const largest = await contestant('contestants/import.ts', large, 0, PARALLEL);
    console.log(table(['what', 'members a second'], Object.entries(rates)));
    const smallRss = Math.max(...(results['import, 0 ms a page'] ?? []).flatMap(({ rss }) => rss));
    const largeRss = Math.max(...largest.rss);
    const rate = (name: string): number => rates[name] ?? NaN;
    const bare = rate('import, 0 ms a page') / rate('bare loop, 0 ms a page');
    const ahead = rate('import, 20 ms a page') / rate('page after page, 20 ms');
    const targets = [
      {
        what: 'import ÷ bare loop over the same pages',
        target: '≥ 0.7',
        measured: `${round(bare, 2)}`,
        reached: bare >= 0.7,
      },
      {
        what: 'with 20 ms a page ÷ page after page',
        target: '≥ 3',
        measured: `${round(ahead, 2)}`,
        reached: ahead >= 3,
      },
      {
        what: `most memory at ${large} ÷ at ${size} members`,
        target: '≤ 1.2',
        measured: `${round(largeRss / smallRss, 2)} (${round(largeRss)} MB)`,
        reached: largeRss / smallRss <= 1.2,
      },
    ];
    printTargets(targets);
    const figures = { ...rates, rss_mb: round(smallRss), rss_large_mb: round(largeRss) };
    return {
      ...{ bench: 'import', node: process.version, postgres: server.version },
      settings: { size, large, rounds, parallel: PARALLEL, per_page: 100 },
      ...{ figures, targets },
    };
  } finally {
    await server.dropDatabase('bench_import');
    await server.stop();
  }
}
