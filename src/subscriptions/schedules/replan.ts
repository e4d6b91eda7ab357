// The effect of a changed schedule, or a new time zone database, on a row's next run. Pure.
import type { RecomputedRow, RecomputeRow } from '../../db/subscriptions/change/recompute.js';
import { movedByZoneRules, type NextOccurrence } from '../../scheduler/rows/index.js';
import { planScheduleChange, withSpread, type CompiledSchedule } from '../../scheduler/schedule/index.js';

/** Unchanged, but no longer stale. */
export const unchanged = (row: RecomputeRow): RecomputedRow => ({
  subscriptionId: row.subscriptionId,
  version: row.version,
  nextRunMs: row.nextRunMs,
  scheduledForMs: row.scheduledForMs,
  resumeAtMs: row.resumeAtMs,
  resumeForMs: row.resumeForMs,
});

/** `scheduled_for` is stored only if it differs from the due time. */
const nominalOf = (next: NextOccurrence | null): number | null =>
  next === null || next.nominalMs === next.effectiveMs ? null : next.nominalMs;

/**
 * A changed schedule takes effect at the moment of its change: an occurrence that was due before that still runs once, under its old time;
 * a later one is replaced by the first occurrence of the new schedule. Nothing is lost, and nothing runs twice.
 */
export function replanChanged(row: RecomputeRow, compiled: CompiledSchedule): RecomputedRow {
  const sinceMs = row.sinceMs ?? row.nowMs;
  const change = (pendingMs: number | null): NextOccurrence | 'kept' | null => {
    const { kept, nominalMs } = planScheduleChange({ compiled, nowMs: sinceMs, pendingMs });
    if (kept) return 'kept';
    return nominalMs === null ? null : withSpread(compiled, row.subscriptionId, nominalMs);
  };
  if (row.resumeAtMs !== null) {
    const next = change(row.resumeForMs ?? row.resumeAtMs);
    if (next === 'kept') return unchanged(row);
    return { ...unchanged(row), resumeAtMs: next?.effectiveMs ?? Infinity, resumeForMs: nominalOf(next) };
  }
  if (row.attempt > 0 || isDueAtOnce(row)) return unchanged(row);
  const next = change(row.scheduledForMs ?? row.nextRunMs);
  if (next === 'kept') return unchanged(row);
  return { ...unchanged(row), nextRunMs: next?.effectiveMs ?? null, scheduledForMs: nominalOf(next) };
}

/** Without a next run, unless its schedule has ended. */
const isDueAtOnce = ({ nextRunMs, status }: RecomputeRow): boolean =>
  nextRunMs === null && (status === 'pending' || status === 'failed');

/**
 * With new rules, a future occurrence is moved to the nearest one of the same schedule, so that today's is neither lost nor repeated. Null:
 * nothing changes.
 */
export function replanForZoneRules(row: RecomputeRow, compiled: CompiledSchedule): RecomputedRow | null {
  if (row.nextRunMs === null || row.status === 'processing' || row.attempt > 0 || row.resumeAtMs !== null) return null;
  const nominalMs = movedByZoneRules(compiled, row.scheduledForMs ?? row.nextRunMs, row.nowMs);
  if (nominalMs === null) return null;
  const next = withSpread(compiled, row.subscriptionId, nominalMs);
  return { ...unchanged(row), nextRunMs: next.effectiveMs, scheduledForMs: nominalOf(next) };
}
