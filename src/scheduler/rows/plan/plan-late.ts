// Whether a due occurrence is late, and what its misfire policy decides. Pure.
import { planMisfire, withSpread, type CompiledSchedule, type MisfirePlan } from '../../schedule/index.js';
import type { NextOccurrence } from './next-occurrence.js';

export interface DueOccurrence {
  readonly compiled: CompiledSchedule;
  readonly rowId: string;
  readonly scheduledForMs: number;
  /** The due time was computed by the schedule, with a spread delay. A time that the host has set has no such delay. */
  readonly inSpread: boolean;
  readonly next: NextOccurrence | null;
  /** When the schedule was last changed. */
  readonly sinceMs: number | null;
  readonly nowMs: number;
}

/** Null: it is not late, and runs unchanged. */
export function planLate(due: DueOccurrence): MisfirePlan | null {
  const { compiled, next, scheduledForMs } = due;
  const { misfire, misfireGraceS, misfireCap } = compiled.schedule;
  const nowMs = due.nowMs - spreadOf(due);
  const late =
    misfire === 'skip'
      ? nowMs - scheduledForMs > misfireGraceS * 1_000
      : next !== null && next.effectiveMs <= due.nowMs && next.nominalMs <= nowMs;
  if (!late) return null;
  return planMisfire({
    compiled,
    misfire,
    misfireGraceMs: misfireGraceS * 1_000,
    misfireCap,
    scheduledForMs,
    nowMs,
    inForceSinceMs: due.sinceMs,
  });
}

/** An occurrence is not late before its spread delay is over, so the delay is subtracted from the clock. */
function spreadOf({ compiled, rowId, scheduledForMs, nowMs, inSpread }: DueOccurrence): number {
  if (!inSpread) return 0;
  const { effectiveMs } = withSpread(compiled, rowId, scheduledForMs);
  return Math.min(effectiveMs - scheduledForMs, Math.max(0, nowMs - scheduledForMs));
}
