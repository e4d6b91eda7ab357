// The contestants of the queue benchmarks. Each runs in its own process on its own database.
import type { BenchServer } from '../../support/database.js';
import { peersInstalled, runProgram } from '../../support/programs/program.js';
import type { QueueContest } from './contest.js';

export interface Contestant {
  readonly file: string;
  readonly flag?: string;
  readonly peer?: boolean;
  /** Slow contestants get a share of the work; only the rate is compared. */
  readonly share?: number;
}

export const CONTESTANTS: Readonly<Record<string, Contestant>> = {
  punctual: { file: 'contestants/queue/punctual.ts' },
  'graphile-worker': { file: 'contestants/queue/graphile.ts', peer: true, share: 0.1 },
  'graphile-worker, local queue 500': { file: 'contestants/queue/graphile.ts', flag: 'local', peer: true, share: 0.5 },
  'pg-boss, batches of 2,000': { file: 'contestants/queue/pg-boss.ts', peer: true, share: 0.5 },
  'BullMQ on PostgreSQL': { file: 'contestants/queue/bullmq.ts', peer: true, share: 0.05 },
  ...(process.env['BENCH_REDIS_URL']
    ? { 'BullMQ on Redis': { file: 'contestants/queue/bullmq.ts', flag: 'redis', peer: true, share: 0.5 } }
    : {}),
};

export const CONCURRENCY = 10;

/** With BENCH_ONLY=a,b only those whose names contain one of these texts. */
export const chosen = (): [string, Contestant][] => {
  const only = process.env['BENCH_ONLY']?.split(',');
  return Object.entries(CONTESTANTS).filter(
    ([name, { peer = false }]) => (!peer || peersInstalled()) && (!only || only.some((part) => name.includes(part))),
  );
};

export async function runOne<T>(
  server: BenchServer,
  { file, flag, peer = false }: Contestant,
  mode: QueueContest['mode'],
  count: number,
): Promise<T> {
  const databaseUrl = await server.createDatabase('bench_queue');
  const input: QueueContest = { databaseUrl, mode, count, concurrency: CONCURRENCY };
  return runProgram<T>(file, input, { peer, args: flag === undefined ? [] : [flag] });
}
