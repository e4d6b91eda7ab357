// The effect of a changed schedule on a waiting recurring job: an occurrence that was due before the change still runs, a future one is
// replaced by the new schedule's first occurrence. Pure.
import { isDeepStrictEqual } from 'node:util';
import {
  parseSchedule,
  planScheduleChange,
  withSpread,
  type ScheduleJson,
  type SpreadOccurrence,
} from '../../schedule/index.js';
import { seriesOf, type StoredSchedule } from './recurrence.js';

export interface RecurringJob {
  readonly schedule: unknown;
  readonly seriesId: string;
  /** Nominal time of the occurrence that waits, milliseconds since the epoch. */
  readonly scheduledMs: number;
}

export interface ChangedRule {
  readonly schedule: StoredSchedule;
  /** Null: the waiting occurrence keeps its time. */
  readonly at: SpreadOccurrence | null;
}

/** True if both mean the same, with defaults filled in. */
function sameRule(stored: unknown, rule: ScheduleJson): boolean {
  try {
    return isDeepStrictEqual(parseSchedule((stored as StoredSchedule).rule), parseSchedule(rule));
  } catch {
    return false; // the old one cannot be read here
  }
}

/** Null: it already has this schedule. `rule` must fire after `now`. */
export function changeRule(job: RecurringJob, rule: ScheduleJson, now: Date): ChangedRule | null {
  if (sameRule(job.schedule, rule)) return null;
  const schedule: StoredSchedule = { rule, anchor: now.toISOString() };
  const { compiled } = seriesOf(schedule, job.seriesId);
  const { kept, nominalMs } = planScheduleChange({ compiled, nowMs: now.getTime(), pendingMs: job.scheduledMs });
  return { schedule, at: kept || nominalMs === null ? null : withSpread(compiled, job.seriesId, nominalMs) };
}
