// The migrations of subscriptions, on the host's existing tables or on new ones.
import { placeholders, SUBSCRIPTION_TABLES, type RowTables } from '../names.js';
import type { Db } from '../database.js';
import type { MigrationSet } from '../migrations/migration-set.js';
import { checkHostTables } from './adoption/check-host-tables.js';
import type { TableNames } from './adoption/find-tables.js';

const SUBSCRIPTION_SET = 'subscriptions';
const META_KEY = 'subscription_tables';

/** `names`: the names of the host's tables; by default, the usual names are searched in the search path. */
export const subscriptionSet = (names: TableNames = {}): MigrationSet => ({
  name: SUBSCRIPTION_SET,
  migrations: new URL('./migrations/', import.meta.url),
  functions: new URL('./functions/', import.meta.url),
  prepare: async (session, schema) => placeholders(schema, await checkHostTables(session, schema, names)),
  installed: async (session, values) => {
    await keepTables(session, values);
    return dueNotes(session, values);
  },
});

/** Records the adopted tables: statements and functions always refer to these, whatever the search path. */
async function keepTables(session: Db, values: Readonly<Record<string, string>>): Promise<void> {
  await session.query(
    `INSERT INTO ${values.schema}.scheduler_meta (key, value) VALUES ($1, jsonb_build_object('entities', $2::text, 'processing', $3::text))
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [META_KEY, values.entities, values.processing],
  );
}

/** Reports adopted rows that will run as soon as the scheduler starts. */
async function dueNotes(session: Db, values: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { rows } = await session.query<{ due: string }>(
    `SELECT count(*)::text AS due FROM ${values.processing} p
      WHERE p.runnable AND (p.next_run_at <= now() OR (p.next_run_at IS NULL AND p.status::text IN ('pending', 'failed')))`,
  );
  const due = Number(rows[0]?.due ?? 0);
  if (due === 0) return [];
  return [
    `${due} adopted subscriptions are due now and will run when the scheduler starts; to avoid this, set next_run_at to the time ` +
      'when they should run, or set misfire: skip or spread_s in their schedule',
  ];
}

const unquote = (qualified: string): string =>
  [...qualified.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name = '']) => name.replaceAll('""', '"')).join('.');

/** The adopted tables; null if no migration of subscriptions has run. Requires the engine's tables. */
export async function readAdoptedTables(db: Db): Promise<RowTables | null> {
  const { rows } = await db.query<{ entities: string; processing: string }>(
    `SELECT value ->> 'entities' AS entities, value ->> 'processing' AS processing
       FROM {schema}.scheduler_meta WHERE key = '${META_KEY}'`,
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { ...SUBSCRIPTION_TABLES, entities: unquote(row.entities), processing: unquote(row.processing) };
}
