// At each start: statements name the tables that the migrations adopted, regardless of the search path.
import { SchedulerError } from '../../base/errors.js';
import type { OwnDatabase } from '../../db/database.js';
import type { TableNames } from '../../db/subscriptions/adoption/find-tables.js';
import { readAdoptedTables } from '../../db/subscriptions/subscription-set.js';

/**
 * A process without subscriptions may be the one that finds a server dead, and must then release its claims: `onOthers` is called when
 * others have subscriptions in this database. Throws INVALID_CONFIG when the host names other tables than those that were adopted.
 */
export async function adoptTables(
  database: OwnDatabase,
  names: TableNames | false,
  onOthers: () => void,
): Promise<void> {
  const adopted = await readAdoptedTables(database);
  if (adopted === null) return;
  database.names.use(adopted);
  if (names === false) return onOthers();
  const differs = (given: string | undefined, table: string): boolean =>
    given !== undefined && given !== table && given !== table.split('.').at(-1);
  if (differs(names.table, adopted.entities) || differs(names.processingTable, adopted.processing)) {
    throw new SchedulerError(
      'INVALID_CONFIG',
      `this schema uses ${adopted.entities} and ${adopted.processing}, not ${names.table ?? 'subscriptions'} and ` +
        `${names.processingTable ?? 'subscription_processing'}: use another schema for other tables`,
    );
  }
}
