// Maintains the ledger once a day: creates partitions for the coming months and drops old ones.
import type { Db } from '../db/database.js';
import {
  dropLedgerPartitions,
  makeLedgerPartitions,
  pruneDefaultPartition,
} from '../db/subscriptions/ledger/partitions.js';
import { defineProcess, type ProcessContext, type ProcessDefinition } from '../scheduler/contracts/define-process.js';

export interface MaintenanceDeps {
  readonly db: Db;
  /** Minimum number of days that ledger rows are kept. Default 400. */
  readonly retentionDays?: number;
  /** Only for tests with a clock of their own; null is the database's. */
  readonly now?: () => Date | null;
}

const MONTHS_AHEAD = 3;
const DEFAULT_RETENTION_DAYS = 400;
const PRUNE_BATCH = 5_000;

/** The process called `subscription-maintenance`. */
export function createMaintenanceProcess(deps: MaintenanceDeps): ProcessDefinition {
  return defineProcess({
    name: 'subscription-maintenance',
    description: "Creates the ledger's monthly partitions ahead of time and drops old ones",
    schedule: { frequency: 'daily', time: '00:10', timezone: 'UTC' },
    run: (context) => maintain(deps, context),
  });
}

async function maintain(
  { db, retentionDays = DEFAULT_RETENTION_DAYS, now = () => null }: MaintenanceDeps,
  { closing, log }: ProcessContext,
): Promise<Record<string, number>> {
  const made = await makeLedgerPartitions(db, now(), MONTHS_AHEAD);
  const dropped = await dropLedgerPartitions(db, now(), retentionDays);
  let pruned = 0;
  for (let count = PRUNE_BATCH; count === PRUNE_BATCH && !closing.aborted; pruned += count) {
    count = await pruneDefaultPartition(db, now(), retentionDays, PRUNE_BATCH);
  }
  if (dropped.length > 0) log.info('old ledger partitions dropped', { partitions: dropped });
  return { partitions_made: made, partitions_dropped: dropped.length, rows_pruned: pruned };
}
