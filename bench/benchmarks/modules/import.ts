// Imports of batch lists: compared with a bare loop over the same pages and with reading page after page; and memory as audiences grow.
import { interleave, median, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import { atLeast, atMost, benchmark } from '../../support/frame.js';
import { startMembersApi } from '../../support/servers/members-api.js';
import { runProgram } from '../../support/programs/program.js';

interface Imported extends ContestResult {
  readonly rss: readonly number[];
}

const PARALLEL = 4;

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('import', async (fresh) => {
    const size = quick ? 10_000 : 50_000;
    const large = quick ? 50_000 : 500_000;
    const rounds = quick ? 1 : 3;
    const contestant = async (
      file: string,
      members: number,
      latencyMs: number,
      parallel: number,
    ): Promise<Imported> => {
      const api = await startMembersApi(members, latencyMs);
      try {
        return await runProgram(file, { databaseUrl: await fresh(), apiUrl: api.url, size: members, parallel });
      } finally {
        api.stop();
      }
    };
    const at = (latencyMs: number) => ({
      [`import, ${latencyMs} ms a page`]: () => contestant('contestants/import.ts', size, latencyMs, PARALLEL),
      [`bare loop, ${latencyMs} ms a page`]: () => contestant('contestants/bare/pages.ts', size, latencyMs, PARALLEL),
    });
    const pageAfterPage = () => contestant('contestants/bare/pages.ts', size, 20, 1);
    const results = await interleave(
      { ...at(0), ...at(20), 'page after page, 20 ms': pageAfterPage },
      rounds,
      (name, { seconds, cpuSeconds }) =>
        console.error(`${name}: ${round(size / seconds)} members/s, own CPU ${round((cpuSeconds / size) * 1e6, 1)} µs`),
    );
    const largest = await contestant('contestants/import.ts', large, 0, PARALLEL);
    const of = (name: string): readonly Imported[] => results[name] ?? [];
    const rate = (name: string): number => median(of(name).map(({ seconds }) => size / seconds));
    const rows = Object.keys(results).map((name) => [
      name,
      round(rate(name)),
      round(median(of(name).map(({ cpuSeconds }) => (cpuSeconds / size) * 1e6)), 1),
    ]);
    const most = (runs: readonly Imported[]): number => Math.max(...runs.flatMap(({ rss }) => rss));
    const [smallRss, largeRss] = [most(of('import, 0 ms a page')), most([largest])];
    return {
      settings: { size, large, rounds, parallel: PARALLEL, per_page: 100 },
      figures: {
        ...Object.fromEntries(rows.map(([name, each, cpu]) => [name, { members_per_s: each, own_cpu_us: cpu }])),
        ...{
          rss_mb: round(smallRss),
          rss_large_mb: round(largeRss),
          large_members_per_s: round(large / largest.seconds),
        },
      },
      shown: [['what', 'members a second', 'own CPU, µs a member'], rows],
      targets: [
        atLeast(
          'import ÷ bare loop over the same pages',
          rate('import, 0 ms a page') / rate('bare loop, 0 ms a page'),
          0.7,
        ),
        atLeast(
          'with 20 ms a page ÷ page after page',
          rate('import, 20 ms a page') / rate('page after page, 20 ms'),
          3,
        ),
        atMost(`peak memory at ${large} ÷ at ${size} members`, largeRss / smallRss, 1.2, {
          note: `${round(largeRss)} MB`,
        }),
      ],
    };
  });
