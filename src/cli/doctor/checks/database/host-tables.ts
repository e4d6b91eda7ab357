// What was added to the host's two tables: whether the columns exist, and the triggers exist and are enabled.
import { readHostTables } from '../../../../db/doctor/structure.js';
import { EXPECTED_TABLES } from '../../../../db/subscriptions/adoption/expected-columns.js';
import { readAdoptedTables } from '../../../../db/subscriptions/subscription-set.js';
import { quoteIdentifier, quoteTable } from '../../../../db/names.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

interface Part {
  /** Quoted. */
  readonly table: string;
  readonly name: string;
}

export interface HostTableFacts {
  readonly tables: readonly string[];
  readonly missingColumns: readonly Part[];
  readonly missingTriggers: readonly Part[];
  readonly disabledTriggers: readonly Part[];
}

const TRIGGERS = {
  entities: ['punctual_change', 'punctual_gone', 'punctual_active'],
  processing: ['punctual_insert', 'punctual_update', 'punctual_delete'],
} as const;

const enable = ({ table, name }: Part): string => `ALTER TABLE ${table} ENABLE TRIGGER ${quoteIdentifier(name)}`;
const list = (parts: readonly Part[]): string => parts.map(({ table, name }) => `${name} on ${table}`).join(', ');

function decideHostTables(facts: HostTableFacts): Finding {
  const missing = [...facts.missingColumns, ...facts.missingTriggers];
  if (missing.length > 0) {
    return {
      status: 'fail',
      message: `additions to the host's tables are missing: ${list(missing)}`,
      todo: 'print the SQL of the package (punctual migrate sql, on an empty database) and apply the part that is missing',
    };
  }
  if (facts.disabledTriggers.length > 0) {
    return {
      status: 'fail',
      message: `triggers are disabled, so changes of subscriptions are not noticed: ${list(facts.disabledTriggers)}`,
      todo: 'run this, or punctual doctor --fix:',
      sql: facts.disabledTriggers.map(enable),
    };
  }
  return ok(`${facts.tables.join(' and ')} have their columns and triggers`);
}

async function probe({ db }: Patient): Promise<HostTableFacts | null> {
  const adopted = await readAdoptedTables(db).catch(() => null);
  if (adopted === null) return null;
  const names = { entities: quoteTable(adopted.entities), processing: quoteTable(adopted.processing) };
  const { triggers, columns } = await readHostTables(db, Object.values(names));
  const columnsOf = EXPECTED_TABLES.flatMap(({ role, columns: wanted }) =>
    wanted.map(({ name }): Part => ({ table: names[role], name })),
  );
  const wanted = (['entities', 'processing'] as const).flatMap((role) =>
    TRIGGERS[role].map((name): Part => ({ table: names[role], name })),
  );
  const find = <P extends Part>(parts: readonly P[], part: Part): P | undefined =>
    parts.find(({ table, name }) => table === part.table && name === part.name);
  return {
    tables: Object.values(names),
    missingColumns: columnsOf.filter((part) => find(columns, part) === undefined),
    missingTriggers: wanted.filter((part) => find(triggers, part) === undefined),
    disabledTriggers: wanted.filter((part) => find(triggers, part)?.enabled === false),
  };
}

async function fix({ client }: Patient, { disabledTriggers }: HostTableFacts): Promise<string | null> {
  for (const part of disabledTriggers) await client.query(enable(part));
  return disabledTriggers.length === 0 ? null : `enabled ${list(disabledTriggers)}`;
}

export const hostTables = defineCheck<HostTableFacts>({
  name: 'host tables',
  needsDatabase: true,
  probe,
  decide: decideHostTables,
  fix,
});
