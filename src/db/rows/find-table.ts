// Finds the table of a row schedule, and the types of its columns.
import type { Db } from '../database.js';
import { quoteTable } from '../names.js';

interface NamedTable {
  readonly table: string;
  /** Used if `table` does not exist. */
  readonly adopts?: string | null;
}

/**
 * The table with its schema, both spelled as in the system catalog. For a table that does not exist, the given name, or null if that has no
 * schema.
 */
export async function qualifiedTable(db: Db, schema: string, named: NamedTable): Promise<string | null> {
  const [table, adopts] = [named.table, named.adopts].map((name) => name?.replace(/^\{schema\}\./, () => `${schema}.`));
  const found = await findTable(db, table as string);
  if (found !== null) return found;
  const host = adopts === undefined ? null : await findTable(db, adopts);
  return host ?? (table?.includes('.') ? table : null);
}

async function findTable(db: Db, table: string): Promise<string | null> {
  const { rows } = await db.query<{ qualified: string }>(
    `SELECT n.nspname::text || '.' || c.relname::text AS qualified
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)`,
    [quoteTable(table)],
  );
  return rows[0]?.qualified ?? null;
}

/** The SQL type of each column, by name. */
export async function columnTypes(db: Db, qualified: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ column: string; type: string }>(
    `SELECT attname::text AS "column", format_type(atttypid, atttypmod) AS type
       FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [quoteTable(qualified)],
  );
  return new Map(rows.map(({ column, type }) => [column, type]));
}
