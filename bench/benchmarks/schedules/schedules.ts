// One scheduling pass over 100,000 schedules of which 100 are due: Punctual reads an index, pg-boss evaluates every schedule.
import { interleave, median, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { benchmark, type Findings } from '../../support/frame.js';
import { peersInstalled, runProgram } from '../../support/programs/program.js';
import type { PassResult } from '../../contestants/schedules/watch-loop.js';

const CONTESTANTS: Readonly<Record<string, { file: string; peer?: boolean }>> = {
  punctual: { file: 'contestants/schedules/punctual.ts' },
  'pg-boss': { file: 'contestants/schedules/pg-boss.ts', peer: true },
};

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('schedules', async (fresh) => {
    const all = quick ? 10_000 : 100_000;
    const due = 100;
    const rounds = quick ? 1 : 3;
    const chosen = Object.entries(CONTESTANTS).filter(([, { peer }]) => !peer || peersInstalled());
    const passes = Object.fromEntries(
      chosen.map(([name, { file, peer = false }]) => [
        name,
        async () => {
          const input = { databaseUrl: await fresh(), count: due, warmUp: all };
          const result = await runProgram<PassResult>(file, input, { peer });
          if (result.fired !== due) throw new Error(`${name} fired ${result.fired} of ${due}`);
          return result;
        },
      ]),
    );
    const results = await interleave(passes, rounds, (name, { seconds, blockedMs }) =>
      console.error(`${name}: ${round(seconds * 1_000, 1)} ms, event loop blocked for ${round(blockedMs)} ms`),
    );
    return { settings: { schedules: all, due, rounds }, ...findings(results) };
  });

function findings(results: Record<string, PassResult[]>): Omit<Findings, 'settings'> {
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
  const ratio = (figures['pg-boss']?.pass_ms ?? NaN) / (figures['punctual']?.pass_ms ?? NaN);
  const targets = [
    {
      what: 'one pass (find, take, next runs), against pg-boss',
      target: '≥ 1000 × less',
      measured: `${round(ratio)} × less`,
      reached: ratio >= 1_000,
    },
  ];
  return {
    figures: { ...figures, ratio },
    shown: [['', 'one pass, ms', 'event loop blocked, ms', 'settling them afterwards, ms'], rows],
    targets,
  };
}
