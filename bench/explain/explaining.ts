// Runs statements under EXPLAIN (ANALYZE, BUFFERS) and rolls them back; shows their time in the server, buffers, and with `--plans` plans.
import type pg from 'pg';
import { type Database, withSchema } from '../../src/db/database.js';

export interface Explained {
  readonly ms: number;
  /** Buffers of 8 kB, found in memory or read. */
  readonly buffers: number;
  readonly plan: string;
}

/** A database whose statements are explained and rolled back. The settings of a transaction apply to the statement after them. */
export function explaining(client: pg.Client): { db: Database; last: () => Explained } {
  let plan: string[] = [];
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
      plan = rows.map((row) => row['QUERY PLAN']);
    } finally {
      await client.query('ROLLBACK');
    }
    return { rows: [{}], rowCount: 0 } as never;
  };
  const last = (): Explained => ({
    ms: Number(/Execution Time: ([\d.]+)/.exec(plan.join('\n'))?.[1] ?? Number.NaN),
    buffers: [...(/^.*Buffers:.*$/m.exec(plan.join('\n'))?.[0] ?? '').matchAll(/(?:hit|read)=(\d+)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    ),
    plan: plan.join('\n'),
  });
  const db: Database = { ...inner, query, transaction: (work) => work(db) };
  return { db, last };
}

export type Statement = readonly [name: string, work: () => Promise<unknown>];

/** Medians of five. */
export async function showPlans(statements: readonly Statement[], last: () => Explained): Promise<void> {
  const verbose = process.argv.includes('--plans');
  for (const [name, work] of statements) {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await work();
      times.push(last().ms);
    }
    const median = times.sort((a, b) => a - b)[2] ?? Number.NaN;
    const { buffers } = last();
    console.log(`${name.padEnd(48)} ${median.toFixed(2).padStart(9)} ms ${String(buffers).padStart(9)} buffers`);
    if (verbose) console.log(`${last().plan}\n`);
  }
}
