// The migrations of row schedules: the ledger, and for each schedule the objects that are added to the host's table.
import { SchedulerError } from '../../base/errors.js';
import type { Db } from '../database.js';
import type { MigrationSet } from '../migrations/migration-set.js';
import { qualifiedTable } from './find-table.js';
import { rowPlaceholders, type RowNames } from './row-names.js';

/** Applied after the sets of modules, because the tables may belong to modules. */
export const rowSets = (schedules: readonly RowNames[]): readonly MigrationSet[] =>
  schedules.length === 0
    ? []
    : [{ name: 'rows', migrations: new URL('./migrations/', import.meta.url) }, ...schedules.map(setOf)];

/** Every file is repeatable: it is applied again when a change of the schedule's definition has changed its text. */
const setOf = (names: RowNames): MigrationSet => ({
  name: `rows/${names.name}`,
  functions: new URL('./table/', import.meta.url),
  prepare: async (session, schema) => rowPlaceholders(schema, names, await tableFor(session, schema, names)),
});

async function tableFor(session: Db, schema: string, { name, table, adopts }: RowNames): Promise<string> {
  const qualified = await qualifiedTable(session, schema, { table, adopts });
  if (qualified !== null) return qualified;
  throw new SchedulerError(
    'MIGRATION_REFUSED',
    `the table ${table} of the row schedule "${name}" is not in the search path: create it first, or specify its schema`,
    { schema, table },
  );
}
