// The names of one row schedule: the host's table and columns as defined, and the values of their placeholders in our SQL.
import { quoteIdentifier, quoteTable, quoteText } from '../names.js';

/** A row schedule as the database sees it. Column names are spelled as in the system catalog. */
export interface RowNames {
  /** The name of the schedule. */
  readonly name: string;
  /** `crm.reminders`, `reminders` or `{schema}.reminders`. */
  readonly table: string;
  /** Used if `table` does not exist. */
  readonly adopts: string | null;
  readonly key: string;
  /** The column with the time at which the row is due; null: a column of ours. */
  readonly nextRun: string | null;
  readonly prefix: string;
  readonly active: string | null;
  readonly tenant: string | null;
  readonly timezone: string | null;
  /** The columns from which the schedule is read; empty: it is the same for all rows. */
  readonly schedule: readonly string[];
  /** Columns that are passed to the handler with each occurrence. */
  readonly columns: readonly string[];
}

/** The name as part of the names of functions, indexes and triggers. */
export const idOf = (name: string): string => name.replaceAll('-', '_');

export const dueColumn = ({ nextRun, prefix }: RowNames): string => nextRun ?? `${prefix}_next_run_at`;

/** Columns that the host's table must have. */
const namedColumns = (names: RowNames): readonly string[] => {
  const { key, nextRun, active, tenant, timezone, schedule, columns } = names;
  const given = [key, nextRun, active, tenant, timezone, ...schedule, ...columns];
  return [...new Set(given.filter((column) => column !== null))];
};

const TEXTS = 'text or character varying or character';

/** The types that existing columns must have, including ours. */
function typesOf({ active, nextRun, timezone, prefix }: RowNames): readonly (readonly [string, string])[] {
  return [
    ...(active === null ? [] : [[active, 'boolean'] as const]),
    ...(timezone === null ? [] : [[timezone, TEXTS] as const]),
    [nextRun ?? `${prefix}_next_run_at`, 'timestamp with time zone'],
    [`${prefix}_state`, 'text'],
    [`${prefix}_scheduled_for`, 'timestamp with time zone'],
    [`${prefix}_attempt`, 'integer'],
    [`${prefix}_failures`, 'integer'],
    [`${prefix}_error`, 'text'],
    [`${prefix}_since`, 'timestamp with time zone'],
    [`${prefix}_anchor_at`, 'timestamp with time zone'],
    [`${prefix}_last_run_at`, 'timestamp with time zone'],
    [`${prefix}_revision`, 'bigint'],
  ];
}

/** Compares as text, because json has no equality operator. */
const differs = (column: string): string =>
  `NEW.${quoteIdentifier(column)}::text IS DISTINCT FROM OLD.${quoteIdentifier(column)}::text`;

const textArray = (values: readonly string[]): string => `ARRAY[${values.map(quoteText).join(', ')}]`;

/** The values of the placeholders in the files of the folder `table`. `qualified`: the table with its schema. */
export function rowPlaceholders(schema: string, names: RowNames, qualified: string): Readonly<Record<string, string>> {
  const { name, key, active, prefix, timezone, schedule, nextRun } = names;
  const due = dueColumn(names);
  const watched = [...schedule, ...(timezone === null ? [] : [timezone])].map(differs);
  const isActive = (row: 'NEW' | 'OLD'): string =>
    active === null ? 'true' : `(${row}.${quoteIdentifier(active)} IS TRUE)`;
  const changed = [...watched, differs(due), ...(active === null ? [] : [differs(active)])];
  return {
    schema: quoteIdentifier(schema),
    name,
    id: idOf(name),
    table: quoteTable(qualified),
    table_text: quoteText(quoteTable(qualified)),
    table_schema: quoteIdentifier(qualified.split('.')[0] as string),
    key_text: quoteText(key),
    due: quoteIdentifier(due),
    due_text: quoteText(due),
    p: prefix,
    named: textArray(namedColumns(names)),
    types: typesOf(names)
      .map(([column, type]) => `(${quoteText(column)}, ${quoteText(type)})`)
      .join(', '),
    add_due: nextRun === null ? `ADD COLUMN IF NOT EXISTS ${quoteIdentifier(due)} timestamptz,` : '',
    is_active: isActive('NEW'),
    was_active: isActive('OLD'),
    rescheduled: watched.length === 0 ? 'false' : watched.join(' OR '),
    changed: changed.join(' OR '),
  };
}
