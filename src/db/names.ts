// Placeholders for names in statements: our schema, and the host's tables as found in the database. The names come from the configuration
// or the system catalog, never from a request, and are quoted here.
import { createHash } from 'node:crypto';

/** The tables of the subscriptions: the host's own, and the one with the state of each row. */
export interface RowTables {
  /** `subscriptions`, or with its schema: `crm.subs`. Spelled exactly as in the system catalog. */
  readonly entities: string;
  readonly processing: string;
  /** Prefix of the names of objects in our schema: `subscription` gives `subscription_runs`. */
  readonly rows: string;
}

export const SUBSCRIPTION_TABLES: RowTables = {
  entities: 'subscriptions',
  processing: 'subscription_processing',
  rows: 'subscription',
};

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `crm.subs` as `"crm"."subs"`. */
export const quoteTable = (table: string): string => table.split('.').map(quoteIdentifier).join('.');

/** Names of indexes on the host's tables: plain for the usual tables, distinct for others, which may be in the same schema. */
const indexPrefix = ({ entities, processing }: RowTables): string => {
  const usual = [entities, processing].map((table) => table.split('.').at(-1)).join();
  if (usual === 'subscriptions,subscription_processing') return 'punctual';
  return `punctual_${createHash('sha256').update(`${entities} ${processing}`).digest('hex').slice(0, 8)}`;
};

/** The value of each placeholder. */
export function placeholders(schema: string, tables: RowTables): Readonly<Record<string, string>> {
  const entities = quoteTable(tables.entities);
  const processing = quoteTable(tables.processing);
  return {
    schema: quoteIdentifier(schema),
    entities,
    entities_text: quoteText(entities),
    processing,
    processing_text: quoteText(processing),
    rows: tables.rows,
    ix: indexPrefix(tables),
  };
}

/** Replaces `{name}` for known names; other braces are kept. */
export const fillIn = (sql: string, values: Readonly<Record<string, string>>): string =>
  sql.replace(/\{([a-z_]+)\}/g, (all, name: string) => values[name] ?? all);

export interface NameBook {
  readonly tables: RowTables;
  /** From now on statements name these tables. */
  use(tables: RowTables): void;
  /** The statement with its placeholders filled in. */
  render(text: string): string;
}

const MAX_RENDERED = 1_000;

export function createNameBook(schema: string, given: RowTables = SUBSCRIPTION_TABLES): NameBook {
  let tables = given;
  let values = placeholders(schema, tables);
  const rendered = new Map<string, string>();
  return {
    get tables() {
      return tables;
    },
    use(now) {
      tables = now;
      values = placeholders(schema, tables);
      rendered.clear();
    },
    render(text) {
      let sql = rendered.get(text);
      if (sql === undefined) {
        sql = fillIn(text, values);
        if (rendered.size < MAX_RENDERED) rendered.set(text, sql);
      }
      return sql;
    },
  };
}
