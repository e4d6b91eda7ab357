// A drizzle transaction (node-postgres) as what `enqueue(…, { db })` takes: the statement is put together with drizzle's `sql`.
import { sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Queryable } from 'punctual';

/** `$1` and its like become parameters of drizzle's. */
const toSql = (text: string, values: unknown[]): SQL =>
  sql.join(
    text.split(/\$(\d+)/).map((part, index) => (index % 2 === 0 ? sql.raw(part) : sql.param(values[Number(part) - 1]))),
  );

export const ofDrizzle = (tx: Pick<NodePgDatabase, 'execute'>): Queryable =>
  ({ query: (text, values = []) => tx.execute(toSql(text, values)) }) as Queryable;
