// One scheduling pass over 100,000 schedules of which 100 are due: Punctual reads an index, pg-boss evaluates every schedule.
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
import { peersInstalled, runProgram } from './support/program.js';
import type { PassResult } from './schedules/watch-loop.js';

const CONTESTANTS: Readonly<Record<string, { file: string; peer?: boolean }>> = {
  punctual: { file: 'schedules/punctual.ts' },
  'pg-boss': { file: 'schedules/pg-boss.ts', peer: true },
};

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const all = quick ? 10_000 : 100_000;
  const due = 100;
  const rounds = quick ? 1 : 3;
  const server = await startBenchServer();
  const chosen = Object.entries(CONTESTANTS).filter(([, { peer }]) => !peer || peersInstalled());
  const passes = Object.fromEntries(
    chosen.map(([name, { file, peer = false }]) => [
      name,
      async () => {
        const databaseUrl = await server.createDatabase('bench_schedules');
        const result = await runProgram<PassResult>(file, { databaseUrl, count: due, warmUp: all }, { peer });
        if (result.fired !== due) throw new Error(`${name} fired ${result.fired} of ${due}`);
        return result;
      },
    ]),
  );
  try {
    const results = await interleave(passes, rounds, (name, { seconds, blockedMs }) =>
      console.error(`${name}: ${round(seconds * 1_000, 1)} ms, event loop blocked for ${round(blockedMs)} ms`),
    );
    return report(results, server.version, { schedules: all, due, rounds });
  } finally {
    await server.dropDatabase('bench_schedules');
    await server.stop();
  }
}

function report(
  results: Record<string, PassResult[]>,
  postgres: string,
  settings: Record<string, unknown>,
): BenchResult {
  const of = (list: readonly PassResult[], value: (one: PassResult) => number): number => median(list.map(value));
  const figures = Object.fromEntries(
    Object.entries(results).map(([name, list]) => [
      name,
      {
        pass_ms: of(list, ({ seconds }) => seconds * 1_000),
        blocked_ms: of(list, ({ blockedMs }) => blockedMs),
        settle_ms: of(list, ({ settleSeconds = 0 }) => settleSeconds * 1_000),
      },
    ]),
  );
  const rows = Object.entries(figures).map(([name, one]) => [
    name,
    round(one.pass_ms, 1),
    round(one.blocked_ms, 1),
    one.settle_ms === 0 ? '' : round(one.settle_ms, 1),
  ]);
  console.log(table(['', 'one pass, ms', 'event loop blocked, ms', 'settling them afterwards, ms'], rows));
  const ratio = (figures['pg-boss']?.pass_ms ?? NaN) / (figures['punctual']?.pass_ms ?? NaN);
  const targets = [
    {
      what: 'one pass (find, take, next runs), against pg-boss',
      target: '≥ 1000 × less',
      measured: `${round(ratio)} × less`,
      reached: ratio >= 1_000,
    },
  ];
  printTargets(targets);
  return { bench: 'schedules', node: process.version, postgres, settings, figures: { ...figures, ratio }, targets };
}
