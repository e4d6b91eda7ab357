// The effect of a changed schedule or zone on the waiting occurrence: the change takes effect from now on, and nothing is lost or repeated.
import type { CompiledSchedule } from '../compile-schedule.js';

export interface ScheduleChange {
  /** The new schedule, and the new rules of its zone. */
  readonly compiled: Pick<CompiledSchedule, 'next'>;
  readonly nowMs: number;
  /** Nominal time of the waiting occurrence, by the old schedule; null: none. */
  readonly pendingMs: number | null;
  /** Nominal time of the latest occurrence that ran, was skipped or was given up; null: none yet. */
  readonly lastMs?: number | null;
}

export interface ScheduleChangePlan {
  /** Nominal time of the occurrence that waits after the change; null: the schedule has ended. */
  readonly nominalMs: number | null;
  /**
   * True: the waiting occurrence was due before the change and still runs; it keeps its nominal time, and those after it count from the
   * change (`inForceSinceMs` of planMisfire).
   */
  readonly kept: boolean;
}

/**
 * Plans a change of schedule, zone or zone rules. An occurrence that was already due (late, passed during a pause, waiting for its spread
 * delay or its retry) is kept; a future one is replaced by the new schedule's first one after now, and never by one that has been settled.
 * Pure.
 */
export function planScheduleChange({ compiled, nowMs, pendingMs, lastMs = null }: ScheduleChange): ScheduleChangePlan {
  const alreadySettled = pendingMs !== null && lastMs !== null && pendingMs <= lastMs;
  if (pendingMs !== null && pendingMs <= nowMs && !alreadySettled) return { nominalMs: pendingMs, kept: true };
  return { nominalMs: compiled.next(Math.max(nowMs, lastMs ?? nowMs)), kept: false };
}
