// The effect of an occurrence's outcome on its row and on the ledger. Pure.
import type { Random } from '../../../base/random.js';
import { storableText } from '../../../base/to-json.js';
import type { StoredRow } from '../../../db/rows/queries/row.js';
import type { LedgerEntry, SettledRow } from '../../../db/rows/queries/settle-rows.js';
import type { RowOutcome } from '../contract/row-occurrence.js';
import { retryDelayMs } from '../../work/retry-policy.js';
import type { DuePlan } from './plan-due.js';

/** `enqueued`: a job does the work. */
export type BatchOutcome = RowOutcome | { readonly outcome: 'enqueued' };

export interface RowPolicy {
  readonly maxAttempts: number;
  readonly retryBaseMs: number;
  readonly suspendAfter: number;
  readonly random: Random;
}

export interface DecidedRow {
  readonly row: SettledRow;
  readonly ledger: readonly LedgerEntry[];
  readonly end: 'completed' | 'skipped' | 'retried' | 'dead';
}

const MAX_REASON = 500;
const stored = (text: string): string => storableText(text, MAX_REASON);

/** `outcome` is null if nothing ran because the misfire policy left everything out. */
export function decideRow(
  row: StoredRow,
  plan: DuePlan,
  outcome: BatchOutcome | null,
  policy: RowPolicy & { readonly nowMs: number },
): DecidedRow {
  const gap = gapEntry(row, plan);
  if (outcome === null || plan.runForMs === null) return { row: advanced(row, plan), ledger: gap, end: 'skipped' };
  const given = outcome === 'completed' ? ({ outcome } as const) : outcome;
  if (given.outcome === 'failed') return failed(row, plan, given.error, policy, gap);
  const entry = entryOf(row, plan, given.outcome, 'reason' in given ? (given.reason ?? null) : null);
  const next = 'next' in given ? given.next : undefined;
  const ran = advanced(row, plan, next);
  return { row: ran, ledger: [...gap, entry], end: given.outcome === 'skipped' ? 'skipped' : 'completed' };
}

function advanced(row: StoredRow, plan: DuePlan, given?: Date | null): SettledRow {
  const next = given === undefined ? plan.next : given && { effectiveMs: given.getTime(), nominalMs: given.getTime() };
  return {
    key: row.key,
    nextAtMs: next?.effectiveMs ?? null,
    nextForMs: next?.nominalMs ?? null,
    state: next === null ? 'ended' : 'planned',
    attempt: 0,
    failures: plan.runForMs === null ? row.failures : 0,
    error: plan.runForMs === null ? row.error : null,
    ran: plan.runForMs !== null,
  };
}

const gapEntry = (row: StoredRow, { gap }: DuePlan): readonly LedgerEntry[] =>
  gap === null
    ? []
    : [
        {
          key: row.key,
          scheduledForMs: gap.firstMs,
          outcome: gap.outcome,
          occurrences: gap.count,
          lastForMs: gap.lastMs,
          attempts: 0,
          dueMs: row.dueMs,
          reason:
            gap.outcome === 'skipped' ? 'missed: left out by the misfire policy' : 'missed: folded into a later one',
        },
      ];

const entryOf = (
  row: StoredRow,
  { runForMs }: DuePlan,
  outcome: LedgerEntry['outcome'],
  reason: string | null,
): LedgerEntry => ({
  key: row.key,
  scheduledForMs: runForMs as number,
  outcome,
  occurrences: 1,
  lastForMs: null,
  attempts: row.attempt + 1,
  dueMs: row.dueMs,
  reason: reason === null ? null : stored(reason),
});

/** Retried by the retry policy, unless that would pass the next occurrence or no attempt is left. */
function failed(
  row: StoredRow,
  plan: DuePlan,
  thrown: string,
  policy: RowPolicy & { readonly nowMs: number },
  gap: readonly LedgerEntry[],
): DecidedRow {
  const error = stored(thrown);
  const attempt = row.attempt + 1;
  const { maxAttempts, retryBaseMs, suspendAfter, random, nowMs } = policy;
  const retryAtMs = nowMs + retryDelayMs({ attempt, baseMs: retryBaseMs, random });
  const runForMs = plan.runForMs as number;
  const common = { key: row.key, error, ran: true };
  if (attempt < maxAttempts && retryAtMs < (plan.next?.effectiveMs ?? Infinity)) {
    return {
      row: { ...common, nextAtMs: retryAtMs, nextForMs: runForMs, state: 'planned', attempt, failures: row.failures },
      ledger: [...gap, entryOf(row, plan, 'failed', error)],
      end: 'retried',
    };
  }
  const failures = row.failures + 1;
  const suspended = suspendAfter > 0 && failures >= suspendAfter;
  const after = advanced(row, plan);
  return {
    row: { ...after, ...common, failures, state: suspended ? 'suspended' : after.state },
    ledger: [...gap, entryOf(row, plan, 'dead', error)],
    end: 'dead',
  };
}
