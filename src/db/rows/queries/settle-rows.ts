// Advances the rows of a batch and writes the ledger, in one statement of the transaction that locked them.
import type { Db } from '../../database.js';
import type { RowStatements } from '../row-statements.js';

/** The new state of a row. Instants are milliseconds since 1970. */
export interface SettledRow {
  readonly key: string;
  /** When it is due next, and the nominal time of that occurrence; null: never again. */
  readonly nextAtMs: number | null;
  readonly nextForMs: number | null;
  readonly state: 'planned' | 'suspended' | 'ended';
  readonly attempt: number;
  readonly failures: number;
  readonly error: string | null;
  readonly ran: boolean;
}

export interface LedgerEntry {
  readonly key: string;
  readonly scheduledForMs: number;
  readonly outcome: 'completed' | 'skipped' | 'coalesced' | 'enqueued' | 'failed' | 'dead';
  readonly occurrences: number;
  /** The last occurrence of a gap; null: this is not a gap. */
  readonly lastForMs: number | null;
  readonly attempts: number;
  readonly dueMs: number | null;
  readonly reason: string | null;
}

export interface SettleOptions {
  readonly schedule: string;
  readonly runId: string | null;
  readonly now: Date | null;
}

export async function settleRows(
  tx: Db,
  { settle }: RowStatements,
  rows: readonly SettledRow[],
  ledger: readonly LedgerEntry[],
  { schedule, runId, now }: SettleOptions,
): Promise<void> {
  const row = <K extends keyof SettledRow>(name: K): SettledRow[K][] => rows.map((one) => one[name]);
  const line = <K extends keyof LedgerEntry>(name: K): LedgerEntry[K][] => ledger.map((one) => one[name]);
  await tx.query(settle, [
    ...[row('key'), row('nextAtMs'), row('nextForMs'), row('state'), row('attempt'), row('failures'), row('error')],
    ...[row('ran'), now, schedule, runId],
    ...[line('key'), line('scheduledForMs'), line('outcome'), line('occurrences'), line('lastForMs'), line('attempts')],
    ...[line('dueMs'), line('reason')],
  ]);
}

/** The result of planning a row that was not due. */
export interface PlannedRow {
  readonly key: string;
  /** Its next run does not change. */
  readonly kept: boolean;
  readonly nextAtMs: number | null;
  readonly nextForMs: number | null;
  readonly state: 'planned' | 'paused' | 'suspended' | 'ended';
  readonly error: string | null;
  readonly anchorMs: number | null;
  readonly sinceMs: number | null;
}

export async function writePlannedRows(tx: Db, { plan }: RowStatements, rows: readonly PlannedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const row = <K extends keyof PlannedRow>(name: K): PlannedRow[K][] => rows.map((one) => one[name]);
  await tx.query(plan, [
    ...[row('key'), row('kept'), row('nextAtMs'), row('nextForMs'), row('state'), row('error')],
    ...[row('anchorMs'), row('sinceMs')],
  ]);
}
