// Determines which of our statuses the host's check constraints would refuse.
import type { Db } from '../../database.js';
import { STATUSES } from './expected-columns.js';

export interface RefusedStatus {
  readonly constraint: string;
  readonly status: string;
}

const CONSTRAINTS = `
SELECT con.conname AS name, pg_get_expr(con.conbin, con.conrelid) AS expression
  FROM pg_constraint con
  JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attname = 'status' AND a.attnum = ANY (con.conkey)
 WHERE con.conrelid = to_regclass($1) AND con.contype = 'c'`;

/**
 * A constraint over several columns is evaluated for a row in which all columns but the status are NULL, which pass. `table`: quoted, with
 * its schema.
 */
export async function refusedStatuses(db: Db, table: string): Promise<readonly RefusedStatus[]> {
  const { rows: constraints } = await db.query<{ name: string; expression: string }>(CONSTRAINTS, [table]);
  const refused: RefusedStatus[] = [];
  for (const { name, expression } of constraints) {
    const { rows } = await db.query<{ status: string }>(
      `SELECT asked.value AS status FROM unnest($1::text[]) AS asked (value)
        CROSS JOIN LATERAL jsonb_populate_record(
          NULL::${table}, jsonb_build_object('status', asked.value)) AS ${table.split('.').at(-1) ?? table}
        WHERE (${expression}) IS FALSE`,
      [STATUSES],
    );
    refused.push(...rows.map(({ status }) => ({ constraint: name, status })));
  }
  return refused;
}
