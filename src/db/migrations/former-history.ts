// A database from before migrations were organised in sets: its list of 17 files is replaced by the history of the sets.
import { SchedulerError } from '../../base/errors.js';
import type { Db } from '../database.js';
import { quoteIdentifier } from '../names.js';
import { record } from './history.js';
import type { MigrationSet } from './migration-set.js';

const LAST = '0042_orphans';
const COUNT = 17;

/** The migrations that those files correspond to. Files that are not named here are applied as in a new database, and are repeatable. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  engine: ['0001_engine'],
  queue: ['0001_queue'],
  subscriptions: ['0001_tables', '0002_ledger', '0004_backfill', '0005_indexes'],
  webhooks: ['0001_webhooks'],
  enrichment: ['0001_enrichment'],
};

/** Functions that have been renamed. */
const FORMER_FUNCTIONS = [
  'new_subscription_id()',
  'on_processing_insert()',
  'on_processing_update()',
  'on_processing_delete()',
  'on_subscription_active()',
  'on_subscription_update()',
  'on_subscription_delete()',
  'may_run(boolean, timestamptz, text, timestamptz, boolean)',
  'tenant_bucket(text, text)',
  'make_ledger_partition(date)',
  'next_subscription_due(timestamptz, timestamptz)',
  'claim_due_subscriptions(uuid, timestamptz, integer, timestamptz)',
];

/** True if the database has the earlier list. Throws MIGRATION_REFUSED if that list is incomplete. */
export async function hasFormerHistory(session: Db, schema: string): Promise<boolean> {
  const table = `${quoteIdentifier(schema)}.migrations`;
  const { rows: found } = await session.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ]);
  if (!found[0]?.there) return false;
  const { rows } = await session.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY name`);
  if (rows.length === COUNT && rows.at(-1)?.name === LAST) return true;
  throw new SchedulerError(
    'MIGRATION_REFUSED',
    `the schema ${schema} was created by a development version whose migrations are incomplete (the last one is ` +
      `${rows.at(-1)?.name ?? 'none'} instead of ${LAST}): start that version once to complete them, or drop the schema`,
    { schema },
  );
}

/**
 * Replaces the list by the history of the sets, in one transaction: the migrations of the list count as applied. The earlier functions are
 * dropped by `dropFormerFunctions`, once triggers call the new ones.
 */
export async function convertHistory(session: Db, schema: string, version: string): Promise<void> {
  await session.query('BEGIN');
  for (const [set, names] of Object.entries(MADE)) {
    for (const name of names) {
      await record(session, schema, { set, kind: 'migration', file: { name, checksum: 'converted' }, version });
    }
  }
  await session.query(`ALTER TABLE ${quoteIdentifier(schema)}.migrations RENAME TO former_migrations`);
  await session.query('COMMIT');
}

/** Drops functions that are no longer called, in a converted database. */
export async function dropFormerFunctions(session: Db, schema: string, sets: readonly MigrationSet[]): Promise<void> {
  const former = `${quoteIdentifier(schema)}.former_migrations`;
  const { rows } = await session.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [former]);
  if (!rows[0]?.there || !sets.some(({ name }) => name === 'subscriptions')) return;
  const drops = FORMER_FUNCTIONS.map((signature) => `DROP FUNCTION IF EXISTS ${quoteIdentifier(schema)}.${signature}`);
  await session.query(`BEGIN; ${drops.join('; ')}; DROP TABLE ${former}; COMMIT`);
}
