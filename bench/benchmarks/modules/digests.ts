// 100,000 digest schedules that are due in the same minute, in 40 zones, half of them with updates: the rate at which they are advanced
// and their notifications stored, compared with one recurring job per schedule in pg-boss and graphile-worker.
import { interleave, median, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import { atLeast, benchmark } from '../../support/frame.js';
import { peersInstalled, runProgram } from '../../support/programs/program.js';

const CONTESTANTS: Readonly<Record<string, { file: string; peer?: boolean; share: number }>> = {
  punctual: { file: 'contestants/digests/punctual.ts', share: 1 },
  // fewer schedules, so that a round ends within a minute; their rate does not rise with the number
  'pg-boss': { file: 'contestants/digests/pg-boss.ts', peer: true, share: 0.01 },
  'graphile-worker, local queue': { file: 'contestants/digests/graphile.ts', peer: true, share: 0.02 },
};

const only = process.env['BENCH_ONLY'];

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('digests', async (fresh) => {
    const schedules = quick ? 10_000 : 100_000;
    const rounds = quick ? 1 : 3;
    const chosen = Object.entries(CONTESTANTS).filter(
      ([name, { peer }]) => (!peer || peersInstalled()) && (only === undefined || only === name),
    );
    const contestants = Object.fromEntries(
      chosen.map(([name, { file, peer = false, share }]) => [
        name,
        async () => {
          const input = { databaseUrl: await fresh(), count: Math.round(schedules * share) };
          return runProgram<ContestResult>(file, input, { peer });
        },
      ]),
    );
    const results = await interleave(contestants, rounds, (name, { count, seconds, cpuSeconds }) => {
      const own = round((cpuSeconds / count) * 1e6);
      console.error(`${name}: ${count} in ${round(seconds, 1)} s, ${round(count / seconds)}/s, own CPU ${own} µs`);
    });
    const figures = Object.fromEntries(
      Object.entries(results).map(([name, list]) => [name, median(list.map(({ count, seconds }) => count / seconds))]),
    );
    const ours = figures['punctual'] ?? NaN;
    return {
      settings: { schedules, rounds, zones: 40 },
      figures,
      shown: [
        ['contestant', 'schedules/s (median)', 'punctual ÷ it'],
        Object.entries(figures).map(([name, rate]) => [name, round(rate), round(ours / rate, 1)]),
      ],
      targets: [atLeast('schedules a second, advanced with their notifications stored', ours, 5_000, { digits: 0 })],
    };
  });
