// Throughput of the main process: one POST for each due subscription, compared with bare calls, the naive module and the peers.
import { interleave, median, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import { atLeast, benchmark, type Findings } from '../../support/frame.js';
import { peersInstalled, runProgram } from '../../support/programs/program.js';
import { startBenchReceiver } from '../../support/servers/receiver.js';

interface Contestant {
  readonly file: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly peer?: boolean;
  /** Slow contestants get a share of the work; only the rate is compared. */
  readonly share?: number;
}

const CONTESTANTS: Readonly<Record<string, Contestant>> = {
  punctual: { file: 'contestants/punctual.ts' },
  'bare axios loop (http adapter)': { file: 'contestants/bare/loop.ts', extra: { adapter: 'http' } },
  'bare axios loop (undici adapter)': { file: 'contestants/bare/loop.ts', extra: { adapter: 'undici' } },
  'naive module': { file: 'contestants/peers/naive.ts', share: 0.5 },
  'graphile-worker': { file: 'contestants/peers/graphile.ts', peer: true, share: 0.5 },
  'graphile-worker, local queue 500': {
    file: 'contestants/peers/graphile.ts',
    peer: true,
    extra: { localQueue: true },
  },
  'pg-boss, batches of 50': { file: 'contestants/peers/pg-boss.ts', peer: true, share: 0.5 },
  'BullMQ on PostgreSQL': { file: 'contestants/peers/bullmq.ts', peer: true, share: 0.25 },
};

const rateOf = ({ count, seconds }: ContestResult): number => count / seconds;

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('drain', async (fresh) => {
    const count = quick ? 4_000 : 20_000;
    const warmUp = quick ? 1_000 : 4_000;
    const rounds = quick ? 1 : 3;
    const parallel = 50;
    const only = process.env['BENCH_ONLY']?.split(',');
    const receiver = await startBenchReceiver();
    const runOne = async (
      name: string,
      { file, extra, peer = false, share = 1 }: Contestant,
    ): Promise<ContestResult> => {
      const databaseUrl = await fresh();
      const timedCount = Math.round(count * share);
      const input = { databaseUrl, receiverUrl: receiver.url, count: timedCount, warmUp, parallel, ...extra };
      await receiver.reset();
      const result = await runProgram<ContestResult>(file, input, { peer });
      const { calls, repeats } = await receiver.stats();
      if (calls !== timedCount + warmUp || repeats > 0) console.error(`${name}: ${calls} calls, ${repeats} repeats`);
      return result;
    };
    const chosen = Object.entries(CONTESTANTS)
      .filter(
        ([name, { peer = false }]) =>
          (!peer || peersInstalled()) && (!only || only.some((part) => name.includes(part))),
      )
      .map(([name, contestant]) => [name, () => runOne(name, contestant)] as const);
    try {
      const results = await interleave(Object.fromEntries(chosen), rounds, (name, result) =>
        console.error(
          `${name}: ${round(rateOf(result))}/s, own CPU ${round((result.cpuSeconds / result.count) * 1e6)} µs a call`,
        ),
      );
      return { settings: { count, warmUp, rounds, parallel, batch_size: 100 }, ...findings(results) };
    } finally {
      await receiver.close();
    }
  });

function findings(results: Record<string, ContestResult[]>): Omit<Findings, 'settings'> {
  const rates = Object.fromEntries(Object.entries(results).map(([name, list]) => [name, median(list.map(rateOf))]));
  const ours = rates['punctual'] ?? NaN;
  const rows = Object.entries(rates).map(([name, rate]) => [name, round(rate), round(ours / rate, 2)]);
  const bare = ours / (rates['bare axios loop (http adapter)'] ?? NaN);
  const naive = ours / (rates['naive module'] ?? NaN);
  const peers = Object.entries(rates).filter(([name]) => CONTESTANTS[name]!.peer);
  const fastest = Math.max(0, ...peers.map(([, rate]) => rate));
  const targets = [
    { ...atLeast('÷ a bare axios loop', bare, 1.5), target: '≥ 1.5 (reach for 2)' },
    atLeast('÷ the naive module', naive, 4),
    { what: '÷ the fastest peer', target: '> 1', measured: `${round(ours / fastest, 2)}`, reached: ours > fastest },
  ];
  return { figures: rates, shown: [['contestant', 'a second (median)', 'punctual ÷ it'], rows], targets };
}
