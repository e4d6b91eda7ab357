// Tables, indexes and triggers as they are in the database, for `punctual doctor`.
import type pg from 'pg';
import type { Db } from '../database.js';

export interface FoundIndex {
  readonly schema: string;
  readonly name: string;
  readonly table: string;
  readonly valid: boolean;
  readonly constraint_index: boolean;
  /** Columns of its key and of its predicate. */
  readonly columns: readonly string[];
}

/** Indexes of our schema and of these tables of the host. */
export async function readIndexes(db: Db, host: readonly string[]): Promise<readonly FoundIndex[]> {
  const { rows } = await db.query<FoundIndex & Record<string, unknown>>(
    `SELECT n.nspname::text AS "schema", x.relname::text AS name, i.indrelid::regclass::text AS "table", i.indisvalid AS valid,
       i.indisunique OR EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AS constraint_index,
       ARRAY(
         SELECT DISTINCT a.attname::text FROM pg_depend d
         JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid AND d.refobjsubid > 0
       ) AS columns
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
     WHERE n.nspname = $1 OR i.indrelid = ANY (SELECT to_regclass(name) FROM unnest($2::text[]) AS h (name))`,
    [db.schema, host],
  );
  return rows;
}

/** Which of these tables, as SQL names them, are partitioned: their indexes cannot be built without a lock. */
export async function readPartitioned(db: Db, tables: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT t.name FROM unnest($1::text[]) AS t (name) JOIN pg_class c ON c.oid = to_regclass(t.name) WHERE c.relkind = 'p'`,
    [tables],
  );
  return rows.map(({ name }) => name);
}

/** Names of the tables in our schema. */
export async function readTables(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p')`,
    [db.schema],
  );
  return rows.map(({ name }) => name);
}

export interface FoundTrigger {
  readonly table: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** The triggers on these tables, and their columns. */
export async function readHostTables(
  db: Db,
  host: readonly string[],
): Promise<{
  readonly triggers: readonly FoundTrigger[];
  readonly columns: readonly { table: string; name: string }[];
}> {
  const triggers = await db.query<FoundTrigger & Record<string, unknown>>(
    `SELECT h.name AS "table", t.tgname::text AS name, t.tgenabled IN ('O', 'A') AS enabled
     FROM unnest($1::text[]) AS h (name) JOIN pg_trigger t ON t.tgrelid = to_regclass(h.name) AND NOT t.tgisinternal`,
    [host],
  );
  const columns = await db.query<{ table: string; name: string }>(
    `SELECT h.name AS "table", a.attname::text AS name
     FROM unnest($1::text[]) AS h (name) JOIN pg_attribute a ON a.attrelid = to_regclass(h.name)
       AND a.attnum > 0 AND NOT a.attisdropped`,
    [host],
  );
  return { triggers: triggers.rows, columns: columns.rows };
}

/** A table by its name in the search path; null: there is none. */
export async function spelledTable(on: Pick<pg.ClientBase, 'query'>, table: string): Promise<string | null> {
  const { rows } = await on.query<{ name: string | null }>('SELECT to_regclass($1)::text AS name', [table]);
  return rows[0]?.name ?? null;
}
