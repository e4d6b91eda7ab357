// Indexes that are missing, that a failed build has left invalid, and indexes of the host that slow down every claim.
import { appliedSql } from '../../../../compose/database/migrate.js';
import { readIndexes, readPartitioned, spelledTable, type FoundIndex } from '../../../../db/doctor/structure.js';
import { readAdoptedTables } from '../../../../db/subscriptions/subscription-set.js';
import { quoteIdentifier, quoteTable } from '../../../../db/names.js';
import { plural } from '../../../output/words.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';
import { expectedObjects, type ExpectedIndex } from '../../expected-objects.js';

export interface IndexFacts {
  readonly expected: readonly ExpectedIndex[];
  readonly found: readonly FoundIndex[];
  /** The host's table in which rows are claimed, as `regclass` spells it; null: none. */
  readonly processing: string | null;
  /** Tables whose indexes cannot be built without a lock. */
  readonly partitioned: readonly string[];
}

/** Columns that a claim changes: an index on one of them prevents HOT updates. */
const CLAIMED = ['status', 'claimed_by', 'claim_token', 'attempt', 'scheduled_for', 'updated_at'];

const qualified = ({ schema, name }: FoundIndex): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

const missingOf = ({ expected, found }: IndexFacts): readonly ExpectedIndex[] => {
  const names = new Set(found.map(({ name }) => name));
  return expected.filter(({ name }) => !names.has(name));
};

const invalidOf = ({ found }: IndexFacts): readonly FoundIndex[] => found.filter(({ valid }) => !valid);

const harmfulOf = ({ found, processing }: IndexFacts): readonly FoundIndex[] =>
  found.filter(
    ({ table, columns, constraint_index: needed }) =>
      table === processing && !needed && columns.some((column) => CLAIMED.includes(column)),
  );

/** Without a lock that blocks writers, if PostgreSQL supports that. */
const build = ({ sql, table }: ExpectedIndex, { partitioned }: Pick<IndexFacts, 'partitioned'>): string =>
  partitioned.includes(table) ? sql : sql.replace(/INDEX (IF NOT EXISTS )?/i, 'INDEX CONCURRENTLY IF NOT EXISTS ');
const reindex = (index: FoundIndex): string => `REINDEX INDEX CONCURRENTLY ${qualified(index)}`;

function decideIndexes(facts: IndexFacts): Finding {
  const [missing, invalid, harmful] = [missingOf(facts), invalidOf(facts), harmfulOf(facts)];
  if (missing.length + invalid.length > 0) {
    const names = [
      ...missing.map(({ name }) => `${name} is missing`),
      ...invalid.map(({ name }) => `${name} is invalid`),
    ];
    return {
      status: 'fail',
      message: names.join(', '),
      todo: 'run this, or punctual doctor --fix:',
      sql: [...missing.map((index) => build(index, facts)), ...invalid.map(reindex)],
    };
  }
  if (harmful.length > 0) {
    return {
      status: 'warn',
      message: `${harmful.map(({ name }) => name).join(', ')} on ${facts.processing} names a column that every claim changes: claims lose a third of their speed`,
      todo: 'if no query of yours needs it:',
      sql: harmful.map((index) => `DROP INDEX CONCURRENTLY ${qualified(index)}`),
    };
  }
  return ok(`${plural(facts.expected.length, 'index', 'indexes')} in place and valid`);
}

async function probe({ db, client, migrations }: Patient): Promise<IndexFacts> {
  const tables = await readAdoptedTables(db).catch(() => null);
  const host = tables === null ? [] : [quoteTable(tables.entities), quoteTable(tables.processing)];
  const { indexes } = expectedObjects(db.schema, await appliedSql(await migrations()));
  const found = await readIndexes(db, host);
  const partitioned = await readPartitioned(db, [...new Set(indexes.map(({ table }) => table))]);
  return {
    expected: indexes,
    found,
    partitioned,
    processing: tables && (await spelledTable(client, quoteTable(tables.processing))),
  };
}

/** Repairs that need a lock are left to a person. */
async function fix({ client }: Patient, facts: IndexFacts): Promise<string | null> {
  const missing = missingOf(facts).filter(({ table }) => !facts.partitioned.includes(table));
  const invalid = invalidOf(facts);
  for (const statement of [...missing.map((index) => build(index, facts)), ...invalid.map(reindex)]) {
    await client.query(statement);
  }
  const made = [...missing, ...invalid].map(({ name }) => name);
  return made.length === 0 ? null : `built ${made.join(', ')} without blocking readers or writers`;
}

export const indexes = defineCheck<IndexFacts>({
  name: 'indexes',
  needsDatabase: true,
  probe,
  decide: decideIndexes,
  fix,
});
