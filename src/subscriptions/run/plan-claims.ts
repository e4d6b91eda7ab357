// Decides what runs of a claimed chunk: most rows run unchanged, late ones follow their misfire policy. Pure.
import type { MisfirePlanRow } from '../../db/subscriptions/settle/apply-misfires.js';
import type { ClaimedRow } from '../../db/subscriptions/claim/claimed-row.js';
import { nextOccurrence, planLate } from '../../scheduler/rows/index.js';
import {
  GAP_COUNT_LIMIT,
  withSpread,
  type CompiledSchedule,
  type MisfirePlan,
} from '../../scheduler/schedule/index.js';
import type { ClaimedSubscription } from './claimed-subscription.js';

export interface PlannedChunk {
  /** Rows that run unchanged. */
  readonly ready: readonly ClaimedSubscription[];
  /** Plans to be stored first; `item` is null if nothing runs. */
  readonly plans: readonly { readonly write: MisfirePlanRow; readonly item: ClaimedSubscription | null }[];
  /** Rows whose occurrence could not be computed: one unexpected row must not block all others. */
  readonly unplannable: readonly Unplannable[];
}

export interface Unplannable {
  readonly row: ClaimedRow;
  readonly error: unknown;
}

export function planClaims(
  rows: readonly ClaimedRow[],
  compiledOf: (row: ClaimedRow) => CompiledSchedule,
  monotonicMs: number,
): PlannedChunk {
  const ready: ClaimedSubscription[] = [];
  const plans: { write: MisfirePlanRow; item: ClaimedSubscription | null }[] = [];
  const unplannable: Unplannable[] = [];
  for (const row of rows) {
    try {
      const item = asClaimed(row, compiledOf(row), monotonicMs);
      const plan = planOf(item);
      if (plan === null || changesNothing(plan, item)) ready.push(item);
      else plans.push(applied(plan, item));
    } catch (error) {
      unplannable.push({ row, error });
    }
  }
  return { ready, plans, unplannable };
}

function asClaimed(row: ClaimedRow, compiled: CompiledSchedule, monotonicMs: number): ClaimedSubscription {
  return {
    id: row.subscriptionId,
    claimToken: row.claimToken,
    tenantId: row.tenantId,
    row,
    compiled,
    scheduledForMs: row.scheduledForMs,
    missedCount: row.missedCount,
    planned: false,
    next: nextOccurrence(compiled, row.subscriptionId, row.scheduledForMs, row.sinceMs),
    claimedAtMonotonicMs: monotonicMs,
  };
}

/**
 * It has begun: an attempt has failed, or was cut off (see the rescue). A row that was released as pending after its instance died may
 * never have been planned.
 */
const isRetry = ({ attempt, wasStatus }: ClaimedRow): boolean => attempt > 1 && wasStatus !== 'pending';

/**
 * Null: no plan is needed. A retry keeps its occurrence, an extra one is not part of the sequence, and a row that was never scheduled
 * cannot be late.
 */
function planOf(item: ClaimedSubscription): MisfirePlan | null {
  const { row, compiled, next, scheduledForMs } = item;
  if (isRetry(row) || row.resumeAtMs !== null || row.dueMs === null) return null;
  const inSpread = row.wasScheduledForMs === scheduledForMs;
  const { subscriptionId: rowId, sinceMs, nowMs } = row;
  return planLate({ compiled, rowId, scheduledForMs, inSpread, next, sinceMs, nowMs });
}

const changesNothing = (plan: MisfirePlan, item: ClaimedSubscription): boolean =>
  plan.runMs === item.scheduledForMs && plan.gaps.length === 0;

function applied(
  plan: MisfirePlan,
  item: ClaimedSubscription,
): { write: MisfirePlanRow; item: ClaimedSubscription | null } {
  const { row, compiled } = item;
  const next = plan.nextMs === null ? null : withSpread(compiled, row.subscriptionId, plan.nextMs);
  const missedCount = Math.min(row.missedCount + plan.missedCount, GAP_COUNT_LIMIT);
  const write: MisfirePlanRow = {
    subscriptionId: row.subscriptionId,
    claimToken: row.claimToken,
    runForMs: plan.runMs,
    missedCount,
    nextAtMs: next?.effectiveMs ?? null,
    nextForMs: next?.nominalMs ?? null,
    gap: plan.gaps[0] ?? null,
  };
  if (plan.runMs === null) return { write, item: null };
  return { write, item: { ...item, scheduledForMs: plan.runMs, missedCount, next, planned: true } };
}
