// The host's tables that a module's migrations name by a placeholder.
import type { Db } from '../database.js';
import { quoteTable, quoteText } from '../names.js';

/**
 * Looks names up in the search path of the session. Returns what each placeholder stands for: the text of the table's qualified name, or
 * `NULL`.
 */
export async function findHostTables(
  session: Db,
  tables: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const wanted = Object.entries(tables);
  const { rows } = await session.query<{ place: number; table: string }>(
    `SELECT w.place::integer AS place, format('%I.%I', n.nspname, c.relname) AS table
     FROM unnest($1::text[]) WITH ORDINALITY AS w (name, place)
     JOIN pg_class c ON c.oid = to_regclass(w.name) JOIN pg_namespace n ON n.oid = c.relnamespace`,
    [wanted.map(([, table]) => quoteTable(table))],
  );
  const found = new Map(rows.map(({ place, table }) => [place, table]));
  return Object.fromEntries(
    wanted.map(([placeholder], index) => {
      const table = found.get(index + 1);
      return [placeholder, table === undefined ? 'NULL' : quoteText(table)];
    }),
  );
}
