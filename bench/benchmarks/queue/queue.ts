// The job queue with no-op jobs: throughput, enqueue speed, latency from enqueue to start, ten workers, a backlog of a million.
import {
  interleave,
  median,
  printTargets,
  quantile,
  round,
  table,
  type BenchOptions,
  type BenchResult,
} from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import { startBenchServer, type BenchServer } from '../../support/database.js';
import { chosen, CONCURRENCY, CONTESTANTS, runOne, type Contestant } from '../../contestants/queue/contestants.js';
import type { LatencyResult, QueueContest } from '../../contestants/queue/contest.js';

type Mode = QueueContest['mode'];

async function rates(server: BenchServer, mode: Mode, count: number, rounds: number): Promise<Record<string, number>> {
  const contestants = chosen().map(([name, contestant]) => {
    const share = Math.round(count * (contestant.share ?? 1));
    return [name, () => runOne<ContestResult>(server, contestant, mode, share)] as const;
  });
  const results = await interleave(Object.fromEntries(contestants), rounds, (name, result) => {
    const own = round((result.cpuSeconds / result.count) * 1e6, 1);
    console.error(`${mode}, ${name}: ${round(result.count / result.seconds)}/s, own CPU ${own} µs a job`);
  });
  return Object.fromEntries(
    Object.entries(results).map(([name, list]) => [name, median(list.map((one) => one.count / one.seconds))]),
  );
}

async function latencies(server: BenchServer, count: number): Promise<Record<string, { p50: number; p99: number }>> {
  const figures: Record<string, { p50: number; p99: number }> = {};
  for (const [name, contestant] of chosen()) {
    const { latenciesMs } = await runOne<LatencyResult>(server, contestant, 'latency', count);
    figures[name] = { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) };
  }
  return figures;
}

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? 20_000 : 100_000;
  const rounds = quick ? 1 : 3;
  const server = await startBenchServer();
  try {
    const throughput = await rates(server, 'throughput', count, rounds);
    const enqueue = await rates(server, 'enqueue', quick ? 5_000 : 20_000, 1);
    const latency = await latencies(server, quick ? 50 : 300);
    const own = CONTESTANTS['punctual'] as Contestant;
    const ten = await runOne<ContestResult>(server, own, 'contend', count);
    const behind = await runOne<ContestResult>(server, own, 'backlog', Math.min(count, 50_000));
    const alone = { contend: ten.count / ten.seconds, backlog: behind.count / behind.seconds };
    const settings = { count, rounds, concurrency: CONCURRENCY };
    return report({ throughput, enqueue, latency, ...alone }, server.version, settings);
  } finally {
    await server.dropDatabase('bench_queue');
    await server.stop();
  }
}

interface Figures {
  readonly throughput: Readonly<Record<string, number>>;
  readonly enqueue: Readonly<Record<string, number>>;
  readonly latency: Readonly<Record<string, { p50: number; p99: number }>>;
  readonly contend: number;
  readonly backlog: number;
}

function report(figures: Figures, postgres: string, settings: Record<string, unknown>): BenchResult {
  const ours = figures.throughput['punctual'] ?? NaN;
  const rows = Object.entries(figures.throughput).map(([name, rate]) => [
    name,
    round(rate),
    round(ours / rate, 2),
    round(figures.enqueue[name] ?? NaN),
    round(figures.latency[name]?.p50 ?? NaN, 2),
    round(figures.latency[name]?.p99 ?? NaN, 2),
  ]);
  console.log(table(['contestant', 'jobs/s (median)', 'punctual ÷ it', 'enqueued/s', 'start p50 ms', 'p99 ms'], rows));
  console.log(`ten workers at once: ${round(figures.contend)}/s; behind a million others: ${round(figures.backlog)}/s`);
  const peers = Object.entries(figures.throughput).filter(([name]) => CONTESTANTS[name]?.peer);
  const ratio = ours / Math.max(0, ...peers.map(([, rate]) => rate));
  const p50 = figures.latency['punctual']?.p50 ?? NaN;
  const graphile = figures.latency['graphile-worker']?.p50 ?? NaN;
  const targets = [
    { what: '÷ the fastest peer', target: '≥ 3', measured: `${round(ratio, 2)}`, reached: ratio >= 3 },
    {
      what: 'enqueue to start, p50',
      target: '≤ graphile-worker',
      measured: `${round(p50, 2)} ms against ${round(graphile, 2)} ms`,
      reached: p50 <= graphile,
    },
  ];
  printTargets(targets);
  return { bench: 'queue', node: process.version, postgres, settings, figures: { ...figures }, targets };
}
