// The input and output of the contestants' programs.

export interface ContestInput {
  /** A new database for this contestant alone. */
  readonly databaseUrl: string;
  readonly receiverUrl: string;
  /** The number of calls that are timed, after `warmUp` others that are not. */
  readonly count: number;
  readonly warmUp: number;
  /** Calls at once. */
  readonly parallel: number;
  readonly batchSize?: number;
}

export interface ContestResult {
  readonly count: number;
  readonly seconds: number;
  /** CPU time of the contestant's own process in the timed part. */
  readonly cpuSeconds: number;
}

export const contestInput = (): ContestInput => JSON.parse(process.argv[2] ?? '{}') as ContestInput;

/** Times one piece of work. */
export async function timed(count: number, work: () => Promise<unknown>): Promise<ContestResult> {
  const cpu = process.cpuUsage();
  const since = performance.now();
  await work();
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { count, seconds, cpuSeconds: (user + system) / 1e6 };
}

/** Prints the result and ends the process. */
export function answer(result: unknown): never {
  console.log(JSON.stringify(result));
  process.exit(0);
}
