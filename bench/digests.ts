// 100,000 digest schedules due in the same minute over 40 zones, half of them with updates: how many a second are advanced with
// their notifications stored, beside one recurring job per schedule in pg-boss and graphile-worker.
import {
  interleave,
  median,
  printTargets,
  round,
  table,
  type BenchOptions,
  type BenchResult,
} from './support/bench.js';
import type { ContestResult } from './support/contest.js';
import { startBenchServer } from './support/database.js';
import { peersInstalled, runProgram } from './support/program.js';

const CONTESTANTS: Readonly<Record<string, { file: string; peer?: boolean; share: number }>> = {
  punctual: { file: 'digests/punctual.ts', share: 1 },
  // fewer, so that a round ends within a minute: their rate does not rise with the number
  'pg-boss': { file: 'digests/pg-boss.ts', peer: true, share: 0.01 },
  'graphile-worker, local queue': { file: 'digests/graphile.ts', peer: true, share: 0.1 },
};

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const schedules = quick ? 10_000 : 100_000;
  const rounds = quick ? 1 : 3;
  const server = await startBenchServer();
  const chosen = Object.entries(CONTESTANTS).filter(([, { peer }]) => !peer || peersInstalled());
  const contestants = Object.fromEntries(
    chosen.map(([name, { file, peer = false, share }]) => [
      name,
      async () => {
        const databaseUrl = await server.createDatabase('bench_digests');
        return runProgram<ContestResult>(file, { databaseUrl, count: Math.round(schedules * share) }, { peer });
      },
    ]),
  );
  try {
    const results = await interleave(contestants, rounds, (name, { count, seconds }) =>
      console.error(`${name}: ${count} in ${round(seconds, 1)} s, ${round(count / seconds)}/s`),
    );
    return report(results, server.version, { schedules, rounds, zones: 40 });
  } finally {
    await server.dropDatabase('bench_digests');
    await server.stop();
  }
}

function report(
  results: Record<string, ContestResult[]>,
  postgres: string,
  settings: Record<string, unknown>,
): BenchResult {
  const figures = Object.fromEntries(
    Object.entries(results).map(([name, list]) => [name, median(list.map(({ count, seconds }) => count / seconds))]),
  );
  const ours = figures['punctual'] ?? NaN;
  const rows = Object.entries(figures).map(([name, rate]) => [name, round(rate), round(ours / rate, 1)]);
  console.log(table(['contestant', 'schedules/s (median)', 'punctual ÷ it'], rows));
  const targets = [
    {
      what: 'schedules a second, advanced with their notifications stored',
      target: '≥ 5,000',
      measured: `${round(ours)}`,
      reached: ours >= 5_000,
    },
  ];
  printTargets(targets);
  return { bench: 'digests', node: process.version, postgres, settings, figures, targets };
}
