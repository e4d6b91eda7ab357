// Reads from the catalogue what the host's two tables look like, wherever in the search path they are.
import type { Db } from '../../database.js';
import type { ColumnFacts, TableFacts } from './find-problems.js';

const TABLES = `
SELECT w.name AS table, format('%I.%I', n.nspname, c.relname) AS "qualifiedName", c.relkind::text AS kind,
       pg_has_role(c.relowner, 'USAGE') AS owned,
       EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL
                  AND i.indnkeyatts = 1 AND a.attname = 'id') AS "idUnique"
  FROM (VALUES ('subscriptions'), ('subscription_processing')) AS w (name)
  JOIN pg_class c ON c.oid = to_regclass(w.name)
  JOIN pg_namespace n ON n.oid = c.relnamespace`;

const COLUMNS = `
SELECT w.name AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type, t.typtype = 'e' AS "isEnum",
       CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 END AS "maxLength",
       a.attnotnull AS "notNull",
       a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '' AS "hasDefault"
  FROM (VALUES ('subscriptions'), ('subscription_processing')) AS w (name)
  JOIN pg_attribute a ON a.attrelid = to_regclass(w.name) AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
 ORDER BY a.attnum`;

/** The tables that exist, with their columns. */
export async function readTableFacts(db: Db): Promise<readonly TableFacts[]> {
  const tables = await db.query<Omit<TableFacts, 'columns'>>(TABLES);
  const columns = await db.query<ColumnFacts & { table: string }>(COLUMNS);
  return tables.rows.map((facts) => ({
    ...facts,
    columns: columns.rows.filter(({ table }) => table === facts.table),
  }));
}
