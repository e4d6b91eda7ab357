// What must hold in the host's database before the first migration touches it, checked while nothing has been changed.
import { checkHostTables } from './subscriptions/adoption/check-host-tables.js';
import type { Db } from './database.js';

/** Rejects with MIGRATION_REFUSED, naming what is in the way; changes nothing. `schema` is where our own tables live. */
export type PreflightCheck = (db: Db, schema: string) => Promise<void>;

const CHECKS: readonly PreflightCheck[] = [checkHostTables];

/** Runs every check in order, under the migration lock, before any file is applied. */
export async function preflight(db: Db, schema: string): Promise<void> {
  for (const check of CHECKS) await check(db, schema);
}
