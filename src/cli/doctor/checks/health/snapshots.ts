// Transactions that were left open: rows deleted or updated since then cannot be cleaned up, and claims become slower.
import { readSnapshotHolders, type SnapshotHolder } from '../../../../db/doctor/snapshots.js';
import { duration } from '../../../output/words.js';
import { quoteText } from '../../../../db/names.js';
import { defineCheck, ok, type Finding } from '../../check.js';

export interface SnapshotFacts {
  readonly limitS: number;
  readonly holders: readonly SnapshotHolder[];
}

const FAIL_AT = 12;

const END: Readonly<Record<SnapshotHolder['kind'], (name: string) => string>> = {
  session: (pid) => `SELECT pg_terminate_backend(${Number(pid)})`,
  'prepared transaction': (name) => `ROLLBACK PREPARED ${quoteText(name)}`,
  'replication slot': (name) => `SELECT pg_drop_replication_slot(${quoteText(name)})`,
};

function decideSnapshots({ limitS, holders }: SnapshotFacts): Finding {
  if (holders.length === 0) return ok(`no transaction is older than ${duration(limitS * 1_000)}`);
  const described = holders.map(
    ({ kind, name, age_s: age, what }) =>
      `${kind} ${name} (${age === null ? '' : `${duration(age * 1_000)}, `}${what})`,
  );
  const old = holders.some(({ age_s: age }) => age !== null && age > limitS * FAIL_AT);
  return {
    status: old ? 'fail' : 'warn',
    message: `old snapshots keep dead rows from being cleaned up: ${described.join('; ')}`,
    todo: 'find out who left them open; to end them:',
    sql: holders.map(({ kind, name }) => END[kind](name)),
  };
}

export const snapshots = defineCheck<SnapshotFacts>({
  name: 'old snapshots',
  needsDatabase: true,
  probe: async ({ db, snapshotLimitS }) => ({
    limitS: snapshotLimitS,
    holders: await readSnapshotHolders(db, snapshotLimitS),
  }),
  decide: decideSnapshots,
});
