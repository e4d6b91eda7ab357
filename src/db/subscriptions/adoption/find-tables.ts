// Finds the tables of subscriptions in the search path by their names, or the schema in which to create them.
import { SchedulerError } from '../../../base/errors.js';
import type { Db } from '../../database.js';
import { quoteTable, SUBSCRIPTION_TABLES, type RowTables } from '../../names.js';

export interface TableNames {
  /** `subscriptions`, or with its schema: `crm.subs`. Default `subscriptions`. */
  readonly table?: string;
  /** The table with the state of each subscription. Default `subscription_processing`. */
  readonly processingTable?: string;
}

export interface FoundTable {
  readonly role: 'entities' | 'processing';
  /** The name that the host specified. */
  readonly name: string;
  /** With its schema, both spelled as in the system catalog. */
  readonly qualified: string;
  readonly exists: boolean;
  /** True: the host specified the table; false: it was found by its default name. */
  readonly named: boolean;
}

const FIND = `SELECT w.role, w.name, c.relname::text AS relation, coalesce(n.nspname, current_schema())::text AS "schema", c.oid IS NOT NULL AS "exists"
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w (role, name, quoted)
  LEFT JOIN pg_class c ON c.oid = to_regclass(w.quoted)
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace`;

interface FindRow {
  readonly role: FoundTable['role'];
  readonly name: string;
  readonly relation: string | null;
  readonly schema: string | null;
  readonly exists: boolean;
}

/** Finds both in the search path of the session. Throws MIGRATION_REFUSED if there is no schema in which to create a missing table. */
export async function findTables(session: Db, names: TableNames): Promise<readonly FoundTable[]> {
  const wanted = [names.table ?? SUBSCRIPTION_TABLES.entities, names.processingTable ?? SUBSCRIPTION_TABLES.processing];
  const given = [names.table !== undefined, names.processingTable !== undefined];
  const { rows } = await session.query<FindRow & Record<string, unknown>>(FIND, [
    ['entities', 'processing'],
    wanted,
    wanted.map(quoteTable),
  ]);
  return rows.map(({ role, name, relation, schema, exists }): FoundTable => {
    const [own, table = name] = name.includes('.') ? name.split('.') : [schema, name];
    if (own === null || own === undefined) {
      throw new SchedulerError(
        'MIGRATION_REFUSED',
        `there is no schema in the search path in which to create the table ${name}`,
      );
    }
    return {
      role,
      name,
      qualified: exists ? `${schema}.${relation}` : `${own}.${table}`,
      exists,
      named: given[role === 'entities' ? 0 : 1] === true,
    };
  });
}

export function tablesOf(found: readonly FoundTable[]): RowTables {
  const of = (wanted: FoundTable['role']): string => found.find(({ role }) => role === wanted)?.qualified ?? '';
  return { ...SUBSCRIPTION_TABLES, entities: of('entities'), processing: of('processing') };
}
