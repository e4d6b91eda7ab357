// The tables and indexes that the applied migrations created, read from their SQL. Pure.
export interface ExpectedIndex {
  readonly name: string;
  readonly table: string;
  /** The statement that makes it. */
  readonly sql: string;
}

export interface ExpectedObjects {
  /** In our schema, without it. */
  readonly tables: readonly string[];
  readonly indexes: readonly ExpectedIndex[];
}

const NAME = `"?([a-z_0-9]+)"?`;
const TABLE = new RegExp(`^CREATE TABLE (?:IF NOT EXISTS )?"([^"]+)"\\.${NAME}`, 'i');
const INDEX = new RegExp(`^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?${NAME} ON (?:ONLY )?(\\S+)`, 'i');
const DROP = new RegExp(`^DROP (?:INDEX|TABLE) (?:IF EXISTS )?(?:"[^"]+"\\.)?${NAME}`, 'i');

export function expectedObjects(schema: string, migrations: readonly string[]): ExpectedObjects {
  const tables = new Set<string>();
  const indexes = new Map<string, ExpectedIndex>();
  for (const statement of migrations.flatMap(statements)) {
    const [, inSchema, table] = TABLE.exec(statement) ?? [];
    if (table !== undefined && inSchema === schema) tables.add(table);
    const [, index, on] = INDEX.exec(statement) ?? [];
    if (index !== undefined) indexes.set(index, { name: index, table: on!, sql: statement });
    const [, dropped] = DROP.exec(statement) ?? [];
    if (dropped !== undefined) {
      indexes.delete(dropped);
      tables.delete(dropped);
    }
  }
  return { tables: [...tables], indexes: [...indexes.values()] };
}

/** Without comments and the bodies of blocks, which contain nothing with its own name. */
const statements = (sql: string): string[] =>
  sql
    .replace(/\$([a-z_]*)\$[^]*?\$\1\$/gi, "''")
    .replace(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim().replace(/\s+/g, ' '))
    .filter((statement) => statement !== '');
