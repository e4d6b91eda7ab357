// The migration history, in our own schema: one row for each migration and each file of functions.
import { SchedulerError } from '../../base/errors.js';
import type { Db } from '../database.js';
import { quoteIdentifier } from '../names.js';
import { isNewer, type SetHistory, type SqlFile } from './migration-set.js';

const tableOf = (schema: string): string => `${quoteIdentifier(schema)}.schema_history`;

/** Creates the schema and the history if they are missing. */
export async function openHistory(session: Db, schema: string): Promise<void> {
  // checked first: IF NOT EXISTS alone requires the privilege to create one even if it exists
  if (!(await checkSchema(session, schema)))
    await session.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
  await session.query(`CREATE TABLE IF NOT EXISTS ${tableOf(schema)} (
    set_name    text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('migration', 'function')),
    name        text NOT NULL,
    checksum    text NOT NULL,
    -- the version of the package that applied it
    version     text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (set_name, kind, name)
  )`);
}

interface SchemaFacts {
  readonly exists: boolean;
  readonly usable: boolean;
  readonly may_create: boolean;
  readonly me: string;
  readonly database: string;
}

const FACTS = `SELECT to_regnamespace($1) IS NOT NULL AS "exists", current_user::text AS me, current_database()::text AS database,
  coalesce(has_schema_privilege(to_regnamespace($1), 'USAGE') AND has_schema_privilege(to_regnamespace($1), 'CREATE'), false) AS usable,
  has_database_privilege(current_database(), 'CREATE') AS may_create`;

/** Whether the schema exists. Throws MIGRATION_REFUSED, with the SQL for an administrator, if this role lacks the privileges. */
export async function checkSchema(session: Db, schema: string): Promise<boolean> {
  const name = quoteIdentifier(schema);
  const facts = (await session.query<SchemaFacts & Record<string, unknown>>(FACTS, [name])).rows[0] as SchemaFacts;
  const refuse = (what: string, sql: string): never => {
    throw new SchedulerError('MIGRATION_REFUSED', `${what}; an administrator can run: ${sql}`, { schema, sql });
  };
  const me = quoteIdentifier(facts.me);
  if (facts.exists && facts.usable) return true;
  if (facts.exists) {
    refuse(
      `the role ${facts.me} may not create tables in the schema ${schema}`,
      `GRANT USAGE, CREATE ON SCHEMA ${name} TO ${me}`,
    );
  }
  if (!facts.may_create) {
    const sql = `CREATE SCHEMA ${name} AUTHORIZATION ${me}`;
    refuse(`the role ${facts.me} may not create the schema ${schema} in the database ${facts.database}`, sql);
  }
  return false;
}

interface HistoryRow {
  readonly kind: 'migration' | 'function';
  readonly name: string;
  readonly checksum: string;
  readonly version: string;
}

/** An empty history if there is no schema yet. */
export async function readHistory(session: Db, schema: string, set: string): Promise<SetHistory> {
  const { rows: found } = await session.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    tableOf(schema),
  ]);
  const { rows } = found[0]?.there
    ? await session.query<HistoryRow & Record<string, unknown>>(
        `SELECT kind, name, checksum, version FROM ${tableOf(schema)} WHERE set_name = $1 ORDER BY applied_at, name`,
        [set],
      )
    : { rows: [] };
  const versions = rows.map(({ version }) => version);
  return {
    migrations: rows.filter(({ kind }) => kind === 'migration').map(({ name }) => name),
    functions: Object.fromEntries(
      rows.filter(({ kind }) => kind === 'function').map(({ name, checksum }) => [name, checksum]),
    ),
    version: versions.reduce<string | null>(
      (newest, one) => (newest === null || isNewer(one, newest) ? one : newest),
      null,
    ),
  };
}

/** In the transaction that applied the file. */
export async function record(
  session: Db,
  schema: string,
  entry: { set: string; kind: 'migration' | 'function'; file: Pick<SqlFile, 'name' | 'checksum'>; version: string },
): Promise<void> {
  const { set, kind, file, version } = entry;
  await session.query(
    `INSERT INTO ${tableOf(schema)} (set_name, kind, name, checksum, version) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (set_name, kind, name) DO UPDATE SET checksum = $4, version = $5, applied_at = now()`,
    [set, kind, file.name, file.checksum, version],
  );
}
