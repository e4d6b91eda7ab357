// The host's tables that the migrations of a module refer to by a placeholder.
import { SchedulerError } from '../../base/errors.js';
import type { Db } from '../database.js';
import { quoteIdentifier, quoteTable, quoteText } from '../names.js';

export interface HostTable {
  readonly table: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly required?: boolean;
}

/**
 * Looks up names in the search path of the session. Returns the value of each placeholder: the text of the table's qualified name, or
 * `NULL`; the texts of the columns' names; and as `host_home` the text of the quoted schema in which missing tables are created. Throws
 * MIGRATION_REFUSED if a required table is missing.
 */
export async function findHostTables(
  session: Db,
  schema: string,
  tables: Readonly<Record<string, string | HostTable>>,
): Promise<Readonly<Record<string, string>>> {
  const wanted = Object.entries(tables).map(([placeholder, one]): readonly [string, HostTable] => [
    placeholder,
    typeof one === 'string' ? { table: one } : one,
  ]);
  const found = await lookUp(
    session,
    wanted.map(([, { table }]) => table),
  );
  const values = wanted.flatMap(([placeholder, one], at) => valuesOf(placeholder, one, found.get(at + 1)));
  return { host_home: quoteText(await findHome(session, schema)), ...Object.fromEntries(values) };
}

function valuesOf(
  placeholder: string,
  { table, columns = {}, required = false }: HostTable,
  found: string | undefined,
): [string, string][] {
  if (found === undefined && required) throw missing(table);
  return [
    [placeholder, found === undefined ? 'NULL' : quoteText(found)],
    ...Object.entries(columns).map(([column, text]): [string, string] => [`${placeholder}_${column}`, quoteText(text)]),
  ];
}

const missing = (table: string): SchedulerError =>
  new SchedulerError(
    'MIGRATION_REFUSED',
    `there is no table ${table} in the search path of the role that migrates: specify its schema, or create it first`,
    { table },
  );

async function lookUp(session: Db, tables: readonly string[]): Promise<ReadonlyMap<number, string>> {
  const { rows } = await session.query<{ place: number; table: string }>(
    `SELECT w.place::integer AS place, format('%I.%I', n.nspname, c.relname) AS table
     FROM unnest($1::text[]) WITH ORDINALITY AS w (name, place)
     JOIN pg_class c ON c.oid = to_regclass(w.name) JOIN pg_namespace n ON n.oid = c.relnamespace`,
    [tables.map(quoteTable)],
  );
  return new Map(rows.map(({ place, table }) => [place, table]));
}

/** The schema in which the host's connections find new tables, or our own if the migrating role may not create any there. */
async function findHome(session: Db, schema: string): Promise<string> {
  const { rows } = await session.query<{ home: string | null }>(
    `SELECT quote_ident(current_schema()) AS home WHERE has_schema_privilege(current_schema(), 'CREATE')`,
  );
  return rows[0]?.home ?? quoteIdentifier(schema);
}
