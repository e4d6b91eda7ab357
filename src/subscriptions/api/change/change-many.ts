// Pauses or resumes in bulk, in batches of one transaction each, so that no lock is held for long.
import type { Database } from '../../../db/database.js';
import {
  affectedIds,
  countAffected,
  setPausedUntil,
  unsuspend,
  type BulkScope,
} from '../../../db/subscriptions/change/change.js';
import type { AuditedMany } from '../../../scheduler/records/audit-many.js';
import { asInput } from './input-errors.js';
import type { BulkResult } from '../subscriptions-api.js';

const BATCH = 1_000;
const DEADLOCK_TRIES = 5;

/** A settlement locks its rows in the order in which they ended, a batch here by id, so one of the two may have to be repeated. */
async function despiteDeadlocks(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: unknown }).code !== '40P01' || attempt === DEADLOCK_TRIES) throw error;
    }
  }
}

export interface ChangeManyOptions {
  readonly dryRun: boolean;
  readonly now: Date | null;
  /** Writes the audit entry before anything is changed; each batch adds its count to it. */
  readonly record?: (matched: number) => Promise<AuditedMany>;
}

/** `matched`: found by the filter; `changed`: those that were (or with `dryRun` would be) paused or resumed. */
export async function changeMany(
  database: Database,
  scope: BulkScope,
  options: ChangeManyOptions,
): Promise<BulkResult> {
  const { matched, affected } = await asInput('filter', () => countAffected(database, scope));
  if (options.dryRun) return { matched, changed: affected, dryRun: true };
  const entry = await options.record?.(matched);
  let changed = 0;
  for (let afterId: string | null = null; ;) {
    const ids: string[] = await affectedIds(database, scope, { limit: BATCH, afterId });
    if (ids.length === 0) break;
    const sum = changed + ids.length;
    await despiteDeadlocks(() =>
      database.transaction(async (tx) => {
        await setPausedUntil(tx, ids, scope.until);
        if (scope.action === 'resuming') await unsuspend(tx, ids, options.now);
        await entry?.count(tx, sum);
      }),
    );
    changed = sum;
    afterId = ids.at(-1) ?? null;
  }
  await entry?.finish();
  return { matched, changed, dryRun: false };
}
