// Shared by all benchmarks: their options, medians and printed tables.

export interface BenchOptions {
  /** The result as one line of JSON after the table. */
  readonly json: boolean;
  /** Small numbers, to check that it works. */
  readonly quick: boolean;
}

/** One target of the design and the measured value. */
export interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly reached: boolean;
}

export interface BenchResult {
  readonly bench: string;
  readonly node: string;
  readonly postgres?: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly targets: readonly Target[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that the given share of all values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

export const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** A text table with a head and columns as wide as their contents. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return [line(all[0]!), widths.map((width) => '-'.repeat(width)).join('  '), ...all.slice(1).map(line)].join('\n');
}

export function printTargets(targets: readonly Target[]): void {
  const rows = targets.map(({ what, target, measured, reached }) => [what, target, measured, reached ? 'yes' : 'NO']);
  console.log(`\n${table(['target', 'must reach', 'measured', 'reached'], rows)}\n`);
}

/** Runs each contestant once per round, in turn, so that other work on the machine affects all of them equally. */
export async function interleave<T>(
  contestants: Readonly<Record<string, () => Promise<T>>>,
  rounds: number,
  onResult?: (name: string, result: T) => void,
): Promise<Record<string, T[]>> {
  const results: Record<string, T[]> = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round_ = 0; round_ < rounds; round_ += 1) {
    for (const [name, runOnce] of Object.entries(contestants)) {
      const result = await runOnce();
      results[name]!.push(result);
      onResult?.(name, result);
    }
  }
  return results;
}
