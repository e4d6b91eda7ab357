// Plans a due row: which occurrence runs now, what is left out, what comes next. Pure.
import type { StoredRow } from '../../../db/rows/queries/row.js';
import type { CompiledSchedule, MisfireGap } from '../../schedule/index.js';
import { withSpread } from '../../schedule/index.js';
import { nextOccurrence, type NextOccurrence } from './next-occurrence.js';
import { planLate } from './plan-late.js';

export interface DuePlan {
  /** Nominal time of the occurrence that runs; null: none runs, and the row advances. */
  readonly runForMs: number | null;
  readonly missedCount: number;
  readonly gap: MisfireGap | null;
  /** What comes after it; null: the schedule has ended. */
  readonly next: NextOccurrence | null;
}

/** Milliseconds are integers, and a due time of minus infinity means now. */
const nominalOf = ({ scheduledForMs, dueMs }: StoredRow, nowMs: number): number =>
  scheduledForMs ?? (dueMs === null || dueMs === -Infinity ? nowMs : dueMs);

export function planDue(row: StoredRow, compiled: CompiledSchedule, nowMs: number): DuePlan {
  const scheduledForMs = nominalOf(row, nowMs);
  const next = nextOccurrence(compiled, row.key, scheduledForMs, row.sinceMs);
  const asIs = { runForMs: scheduledForMs, missedCount: 0, gap: null, next };
  if (row.attempt > 0) return asIs; // it has begun: it is retried, however late that is
  const inSpread = row.scheduledForMs !== null;
  const late = planLate({ compiled, rowId: row.key, scheduledForMs, inSpread, next, sinceMs: row.sinceMs, nowMs });
  if (late === null) return asIs;
  return {
    runForMs: late.runMs,
    missedCount: late.missedCount,
    gap: late.gaps[0] ?? null,
    next: late.nextMs === null ? null : withSpread(compiled, row.key, late.nextMs),
  };
}
