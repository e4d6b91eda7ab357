// Reads the facts about the host's two tables from the system catalog.
import type { Db } from '../../database.js';
import { quoteTable } from '../../names.js';
import type { FoundTable } from './find-tables.js';
import type { ColumnFacts, TableFacts } from './find-problems.js';

const TABLES = `
SELECT w.role, w.name AS table, c.relkind::text AS kind,
       pg_has_role(c.relowner, 'USAGE') AS owned,
       (SELECT tn.nspname::text FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace tn ON tn.oid = f.pronamespace
         WHERE t.tgrelid = c.oid AND t.tgname IN ('punctual_insert', 'punctual_change')) AS "usedBy",
       EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL
                  AND i.indnkeyatts = 1 AND a.attname = 'id') AS "idUnique"
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w (role, name, quoted)
  JOIN pg_class c ON c.oid = to_regclass(w.quoted)`;

const COLUMNS = `
SELECT w.name AS "table", a.attname AS name, format_type(a.atttypid, NULL) AS type, t.typtype = 'e' AS "isEnum",
       CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 END AS "maxLength",
       a.attnotnull AS "notNull",
       a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '' AS "hasDefault"
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w (role, name, quoted)
  JOIN pg_attribute a ON a.attrelid = to_regclass(w.quoted) AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
 ORDER BY a.attnum`;

/** The tables that exist, with their columns. */
export async function readTableFacts(db: Db, found: readonly FoundTable[]): Promise<readonly TableFacts[]> {
  const wanted = [
    found.map(({ role }) => role),
    found.map(({ name }) => name),
    found.map(({ qualified }) => quoteTable(qualified)),
  ];
  const tables = await db.query<Omit<TableFacts, 'columns' | 'named'>>(TABLES, wanted);
  const columns = await db.query<ColumnFacts & { table: string }>(COLUMNS, wanted);
  return tables.rows.map((facts) => ({
    ...facts,
    named: found.some(({ role, named }) => role === facts.role && named),
    columns: columns.rows.filter(({ table }) => table === facts.table),
  }));
}
