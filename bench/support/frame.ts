// The frame of a benchmark: starts a server, creates a new database for each contestant, and prints the results.
import { printTargets, round, table, type BenchResult, type Target } from './bench.js';
import { startBenchServer } from './database.js';

export interface Findings extends Pick<BenchResult, 'settings' | 'figures' | 'targets'> {
  /** A table that is printed above the targets: its head and its rows. */
  readonly shown?: readonly [head: readonly string[], rows: readonly (readonly (string | number)[])[]];
}

/** `fresh` creates an empty database and returns its URL; it replaces the previous one. */
export async function benchmark(
  bench: string,
  work: (fresh: () => Promise<string>) => Promise<Findings>,
): Promise<BenchResult> {
  const server = await startBenchServer();
  const name = `bench_${bench.replaceAll('-', '_')}`;
  try {
    const { shown, ...found } = await work(() => server.createDatabase(name));
    if (shown !== undefined) console.log(table(...shown));
    printTargets(found.targets);
    return { bench, node: process.version, postgres: server.version, ...found };
  } finally {
    await server.dropDatabase(name);
    await server.stop();
  }
}

const compared =
  (sign: '≥' | '≤', holds: (value: number, bound: number) => boolean) =>
  (what: string, value: number, bound: number, { digits = 2, note = '' } = {}): Target => ({
    what,
    target: `${sign} ${bound.toLocaleString('en-US')}`,
    measured: `${round(value, digits)}${note === '' ? '' : ` (${note})`}`,
    reached: holds(value, bound),
  });

export const atLeast = compared('≥', (value, bound) => value >= bound);
export const atMost = compared('≤', (value, bound) => value <= bound);
