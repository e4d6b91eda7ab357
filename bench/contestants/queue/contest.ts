// The interface of the contestants of the queue benchmarks: all do the same work, each in its own way.
import { answer, timed, type ContestResult } from '../../support/programs/contest.js';

export interface QueueContest {
  readonly databaseUrl: string;
  readonly mode: 'throughput' | 'enqueue' | 'latency' | 'lateness' | 'contend' | 'backlog';
  readonly count: number;
  /** Jobs at once in one worker. */
  readonly concurrency: number;
}

export interface LatencyResult {
  /** For each job, milliseconds from the call of enqueue (or from when it was due) to the start of its handler. */
  readonly latenciesMs: readonly number[];
}

export const queueContest = (): QueueContest => JSON.parse(process.argv[2] ?? '{}') as QueueContest;

/** The operations that each contestant implements. */
export interface QueueContestant {
  /** Stores `count` no-op jobs, many at a time. */
  fill(count: number): Promise<unknown>;
  /** Starts the worker; `onStart` must be called with the job's number at the start of each handler. */
  work(onStart: (n: number) => void): Promise<{ stop(): Promise<unknown> }>;
  enqueueOne(): Promise<unknown>;
  /** Stores a job that must not start before `at`. */
  enqueueAt(n: number, at: Date): Promise<unknown>;
  close(): Promise<unknown>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** From the start of the worker to its clean stop after the last job. */
export async function runThrough(count: number, contestant: QueueContestant): Promise<ContestResult> {
  let started = 0;
  let resolve = (): void => {};
  const all = new Promise<void>((done) => (resolve = done));
  return timed(count, async () => {
    const worker = await contestant.work(() => {
      if ((started += 1) === count) resolve();
    });
    await all;
    await worker.stop();
  });
}

async function latencies(count: number, contestant: QueueContestant): Promise<LatencyResult> {
  const latenciesMs: number[] = [];
  let onStart = (): void => {};
  const worker = await contestant.work(() => onStart());
  await pause(1_000);
  for (let n = 0; n < count; n += 1) {
    const since = performance.now();
    const begun = new Promise<void>((resolve) => (onStart = resolve));
    await contestant.enqueueOne();
    await begun;
    latenciesMs.push(performance.now() - since);
    await pause(5);
  }
  await worker.stop();
  return { latenciesMs };
}

/** One job is due every 100 ms, from two seconds after the start of the worker. Measures how late each one starts. */
async function lateness(count: number, contestant: QueueContestant): Promise<LatencyResult> {
  const dueMs = new Map<number, number>();
  const latenciesMs: number[] = [];
  let resolve = (): void => {};
  const all = new Promise<void>((done) => (resolve = done));
  const worker = await contestant.work((n) => {
    latenciesMs.push(Date.now() - (dueMs.get(n) ?? NaN));
    if (latenciesMs.length === count) resolve();
  });
  await pause(1_000);
  const firstMs = Date.now() + 2_000;
  for (let n = 0; n < count; n += 1) {
    dueMs.set(n, firstMs + n * 100);
    await contestant.enqueueAt(n, new Date(firstMs + n * 100));
  }
  await all;
  await worker.stop();
  return { latenciesMs };
}

/** Does the requested work and reports the figures to the benchmark. */
export async function contest(input: QueueContest, contestant: QueueContestant): Promise<never> {
  const { mode, count } = input;
  if (mode === 'enqueue') answer(await timed(count, () => contestant.fill(count)));
  if (mode === 'latency') answer(await latencies(count, contestant));
  if (mode === 'lateness') answer(await lateness(count, contestant));
  // a tenth of the work as warm-up, so that JIT compilation is not measured
  const warmUp = Math.ceil(count / 10);
  await contestant.fill(warmUp);
  await runThrough(warmUp, contestant);
  await contestant.fill(count);
  answer(await runThrough(count, contestant));
}
