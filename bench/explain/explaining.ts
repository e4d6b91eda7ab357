// Runs statements under EXPLAIN (ANALYZE, BUFFERS) and rolls them back; shows their time in the server, buffers, and with `--plans` plans.
import type pg from 'pg';
import { type Database, withSchema } from '../../src/db/database.js';

export interface Explained {
  readonly ms: number;
  /** Buffers of 8 kB, found in memory or read. */
  readonly buffers: number;
  readonly plan: string;
}

/**
 * A database whose statements are explained and rolled back. The settings of a transaction apply to the statement after them. `last` returns
 * the sum of the statements since it was last called. With `answers`, each statement is then run once more for its rows, on which further
 * statements may depend: only for statements that change nothing.
 */
export function explaining(
  client: pg.Client,
  { answers = false }: { readonly answers?: boolean } = {},
): { db: Database; last: () => Explained } {
  let plans: string[] = [];
  const settings: string[] = [];
  const inner = withSchema(client, 'punctual');
  const query = async (text: string, values?: unknown[]) => {
    if (text.startsWith('SET LOCAL')) {
      settings.push(text);
      return { rows: [] } as never;
    }
    await client.query('BEGIN');
    try {
      for (const setting of settings.splice(0)) await client.query(setting);
      const { rows } = await inner.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      if (answers) return (await inner.query(text, values)) as never;
    } finally {
      await client.query('ROLLBACK');
    }
    return { rows: [{}], rowCount: 0 } as never;
  };
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const last = (): Explained => {
    const seen = plans;
    plans = [];
    return {
      ms: sum(seen.map((plan) => Number(/Execution Time: ([\d.]+)/.exec(plan)?.[1] ?? Number.NaN))),
      buffers: sum(
        seen.flatMap((plan) =>
          [...(/^.*Buffers:.*$/m.exec(plan)?.[0] ?? '').matchAll(/(?:hit|read)=(\d+)/g)].map(([, count]) =>
            Number(count),
          ),
        ),
      ),
      plan: seen.join('\n\n'),
    };
  };
  const db: Database = { ...inner, query, transaction: (work) => work(db) };
  return { db, last };
}

export type Statement = readonly [name: string, work: () => Promise<unknown>];

/** Medians of five. */
export async function showPlans(statements: readonly Statement[], last: () => Explained): Promise<void> {
  const verbose = process.argv.includes('--plans');
  for (const [name, work] of statements) {
    const rounds: Explained[] = [];
    for (let round = 0; round < 5; round += 1) {
      await work();
      rounds.push(last());
    }
    const median = rounds.map(({ ms }) => ms).sort((a, b) => a - b)[2] ?? Number.NaN;
    const { buffers = 0, plan = '' } = rounds.at(-1) ?? {};
    console.log(`${name.padEnd(48)} ${median.toFixed(2).padStart(9)} ms ${String(buffers).padStart(9)} buffers`);
    if (verbose) console.log(`${plan}\n`);
  }
}
