// Next runs a second over 400 zones × 48 times × 4 frequencies, including a cold start: Punctual and other libraries.
import {
  interleave,
  median,
  printTargets,
  round,
  table,
  type BenchOptions,
  type BenchResult,
} from '../../support/bench.js';
import { peersInstalled, runProgram } from '../../support/programs/program.js';
import type { NextRunResult } from '../../contestants/next-run/work.js';

/** The others compute fewer next runs; only the rate is compared. */
const CONTESTANTS: Readonly<Record<string, { file: string; share: number; peer?: boolean }>> = {
  punctual: { file: 'contestants/next-run/punctual.ts', share: 1 },
  luxon: { file: 'contestants/next-run/luxon.ts', share: 0.02 },
  croner: { file: 'contestants/next-run/croner.ts', share: 0.02 },
  'cron-parser': { file: 'contestants/next-run/cron-parser.ts', share: 0.005, peer: true },
  'temporal-polyfill': { file: 'contestants/next-run/temporal.ts', share: 0.02 },
};

const rateOf = ({ count, seconds }: NextRunResult): number => count / seconds;

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? 200_000 : 1_000_000;
  const rounds = quick ? 1 : 3;
  const chosen = Object.entries(CONTESTANTS).filter(([, { peer }]) => !peer || peersInstalled());
  const results = await interleave(
    Object.fromEntries(
      chosen.map(([name, { file, share }]) => [
        name,
        () => runProgram<NextRunResult>(file, { count: Math.round(count * share) }),
      ]),
    ),
    rounds,
    (name, result) => console.error(`${name}: ${round(rateOf(result))}/s`),
  );
  return report(results, { count, rounds, zones: 400, times: 48, frequencies: 4 });
}

function report(results: Record<string, NextRunResult[]>, settings: Record<string, unknown>): BenchResult {
  const rates = Object.fromEntries(Object.entries(results).map(([name, list]) => [name, median(list.map(rateOf))]));
  const perCpu = Object.fromEntries(
    Object.entries(results).map(([name, list]) => [name, median(list.map((one) => one.count / one.cpuSeconds))]),
  );
  const ours = rates['punctual'] ?? NaN;
  const ratio = (name: string): number => ours / (rates[name] ?? NaN);
  console.log(
    table(
      ['', 'next runs/s', 'per second of CPU', 'punctual is faster by', 'memory'],
      Object.entries(rates).map(([name, rate]) => [
        name,
        round(rate),
        round(perCpu[name]!),
        name === 'punctual' ? '' : `${round(ratio(name))} ×`,
        `${results[name]![0]!.rssMb} MB`,
      ]),
    ),
  );
  const beats = (name: string, factor: number) => ({
    what: `next runs, against ${name}`,
    target: `≥ ${factor} ×`,
    measured: `${round(ratio(name), 1)} ×`,
    reached: ratio(name) >= factor,
  });
  const targets = [
    { what: 'next runs a second, cold', target: '≥ 1,000,000/s', measured: `${round(ours)}/s`, reached: ours >= 1e6 },
    beats('croner', 25),
    beats('luxon', 25),
  ];
  printTargets(targets);
  const ratios = Object.fromEntries(Object.keys(rates).map((name) => [name, round(ratio(name), 2)]));
  return {
    bench: 'next-run',
    node: process.version,
    settings,
    figures: { per_second: rates, per_cpu_second: perCpu, ratios },
    targets,
  };
}
