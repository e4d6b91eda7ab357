// Decides from the facts in the system catalog whether the host's tables can be adopted. Pure.
import { EXPECTED_TABLES, type ExpectedColumn, type ExpectedTable } from './expected-columns.js';

export interface ColumnFacts {
  readonly table: string;
  readonly name: string;
  /** `format_type` without modifier: `character varying`, `timestamp without time zone`, an enum's name. */
  readonly type: string;
  /** The limit of a varchar that has one. */
  readonly maxLength: number | null;
  readonly isEnum: boolean;
  readonly notNull: boolean;
  /** A default, an identity or a generated value. */
  readonly hasDefault: boolean;
}

export interface TableFacts {
  readonly role: 'entities' | 'processing';
  readonly table: string;
  /** True: the host specified the table; false: it was found by its default name. */
  readonly named: boolean;
  /** The schema of the scheduler whose triggers the table already has. */
  readonly usedBy: string | null;
  /** `r`: an ordinary table; anything else cannot be adopted. */
  readonly kind: string;
  readonly owned: boolean;
  /** True: `id` alone is the primary key, or is unique. */
  readonly idUnique: boolean;
  readonly columns: readonly ColumnFacts[];
}

export interface Problem {
  readonly table: string;
  readonly column: string | null;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

/** Everything that prevents these tables from being adopted by the scheduler in `schema`; empty if nothing does. */
export function findProblems(tables: readonly TableFacts[], schema: string): readonly Problem[] {
  const entities = tables.find(({ role }) => role === 'entities');
  const processing = tables.find(({ role }) => role === 'processing');
  if (entities && !looksLikeOurs(entities)) return [notOurs(entities)];
  const orphan =
    processing && !entities
      ? [
          {
            table: 'subscriptions',
            column: null,
            message: `is not in the search path, but ${processing.table} is: both must be in the search path`,
          },
        ]
      : [];
  return [...orphan, ...tables.flatMap((facts) => problemsOfTable(facts, schema))];
}

/** An unrelated table with a common name must not be treated as subscriptions: every row would become active and due. */
function looksLikeOurs({ named, kind, columns }: TableFacts): boolean {
  const has = (column: string): boolean => columns.some(({ name }) => letters(name) === letters(column));
  return named || kind !== 'r' || (has('user_id') && (has('frequency') || has('active')));
}

const notOurs = ({ table }: TableFacts): Problem => ({
  table,
  column: null,
  message:
    'does not look like a table of subscriptions (user_id, and frequency or active): specify the tables to use or to create ' +
    'with subscriptions: { table, processingTable } (SUBSCRIPTION_TABLE, SUBSCRIPTION_PROCESSING_TABLE), or this table to use it anyway',
});

function problemsOfTable(facts: TableFacts, schema: string): readonly Problem[] {
  const expected = EXPECTED_TABLES.find(({ role }) => role === facts.role);
  if (expected === undefined) return [];
  const problem = (column: string | null, message: string): Problem => ({ table: facts.table, column, message });
  if (facts.kind !== 'r') return [problem(null, 'must be an ordinary table, not a view, foreign or partitioned table')];
  const problems: Problem[] = [];
  if (facts.usedBy !== null && facts.usedBy !== schema) {
    problems.push(
      problem(
        null,
        `belongs to the scheduler in the schema ${facts.usedBy}: a table can have only one scheduler, so use other tables for this one`,
      ),
    );
  }
  if (!facts.owned) {
    problems.push(problem(null, 'belongs to another role: migrate as its owner, or change the owner'));
  }
  const id = facts.columns.find(({ name }) => name === 'id');
  if (id === undefined || !facts.idUnique) {
    problems.push(problem('id', 'must exist and be the primary key or unique'));
  }
  return [...problems, ...missing(facts, expected), ...wrongColumns(facts, expected), ...unfillable(facts, expected)];
}

const letters = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** If a table has `"nextRunAt"` instead of next_run_at, we would add an empty column, and all rows would be due at once. */
function missing({ table, columns }: TableFacts, { telling, required }: ExpectedTable): Problem[] {
  return telling
    .filter((column) => !columns.some(({ name }) => name === column))
    .flatMap((column) => {
      const alike = columns.find(({ name }) => letters(name) === letters(column))?.name;
      const to = `ALTER TABLE ${table} RENAME COLUMN "${alike}" TO ${column}`;
      if (alike !== undefined)
        return [{ table, column: `"${alike}"`, message: `would be ignored: rename it first (${to})` }];
      return required.includes(column) ? [{ table, column, message: 'must exist' }] : [];
    });
}

function wrongColumns(facts: TableFacts, expected: ExpectedTable): Problem[] {
  return expected.columns.flatMap((column) => {
    const found = facts.columns.find(({ name }) => name === column.name);
    const message = found && mismatch(found, column);
    return message ? [{ table: facts.table, column: column.name, message }] : [];
  });
}

function mismatch(found: ColumnFacts, wanted: ExpectedColumn): string | null {
  const wantedTypes = wanted.types.join(' or ');
  if (found.isEnum) {
    return `is the enum ${found.type}, which lacks values that the scheduler writes: change it first (ALTER COLUMN ${found.name} TYPE text USING ${found.name}::text)`;
  }
  if (found.type === 'timestamp without time zone' && wanted.types.includes('timestamp with time zone')) {
    return (
      'is a timestamp without time zone, whose meaning depends on the zone of the session: change it first ' +
      `(ALTER COLUMN ${found.name} TYPE timestamptz USING ${found.name} AT TIME ZONE '<the zone it was written in>')`
    );
  }
  if (!wanted.types.includes(found.type)) {
    return `has the type ${found.type}, but must be ${wantedTypes}: rename or convert it first`;
  }
  if (wanted.minLength !== undefined && found.maxLength !== null && found.maxLength < wanted.minLength) {
    return `holds ${found.maxLength} characters, but must hold ${wanted.minLength}: widen it first`;
  }
  return null;
}

/** Rows that our triggers insert must not fail because of an unknown column: the host's own commit would fail. */
function unfillable(facts: TableFacts, expected: ExpectedTable): Problem[] {
  if (!expected.weInsert) return [];
  return facts.columns
    .filter(({ name, notNull, hasDefault }) => notNull && !hasDefault && !expected.filled.includes(name))
    .map(({ name }) => ({
      table: facts.table,
      column: name,
      message: 'is NOT NULL without a default, so that the scheduler could not insert rows: give it a default first',
    }));
}
