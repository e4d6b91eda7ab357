// What a changed schedule or zone does to the occurrence that is waiting: it takes effect from now on, and loses or repeats nothing.
import type { CompiledSchedule } from '../compile-schedule.js';

export interface ScheduleChange {
  /** The schedule as it is from now on, and the rules of its zone as they are from now on. */
  readonly compiled: Pick<CompiledSchedule, 'next'>;
  readonly nowMs: number;
  /** Nominal time of the occurrence that waits, by the old schedule; null: none. */
  readonly pendingMs: number | null;
  /** Nominal time of the latest occurrence that ran, was skipped or was given up; null: none yet. */
  readonly lastMs?: number | null;
}

export interface ScheduleChangePlan {
  /** Nominal time of the occurrence that waits from now on; null: the schedule has ended. */
  readonly nominalMs: number | null;
  /**
   * True: the waiting occurrence had been due before the change and is still owed; it keeps its nominal time, and what
   * follows it counts from the change (`inForceSinceMs` of planMisfire).
   */
  readonly kept: boolean;
}

/**
 * Plans a change of schedule, zone or zone rules. An occurrence that was due already (late, paused over, waiting for its
 * spread or its retry) is kept; one that lay ahead is replaced by the new schedule's first after now, and never by one that
 * has been settled. Pure.
 */
export function planScheduleChange({ compiled, nowMs, pendingMs, lastMs = null }: ScheduleChange): ScheduleChangePlan {
  const alreadySettled = pendingMs !== null && lastMs !== null && pendingMs <= lastMs;
  if (pendingMs !== null && pendingMs <= nowMs && !alreadySettled) return { nominalMs: pendingMs, kept: true };
  return { nominalMs: compiled.next(Math.max(nowMs, lastMs ?? nowMs)), kept: false };
}
