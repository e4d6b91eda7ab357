// The public function for the next run of a schedule.
import { checkOptions, type RulesOf } from '../../base/options/check-options.js';
import { SchedulerError } from '../../base/errors.js';
import { instant, nonEmpty, object } from '../../base/options/option-rules.js';
import { assertCanFire, normalizeSchedule, nothingLeft } from './input/parse-schedule.js';
import type { ScheduleDefaults } from './input/schedule-defaults.js';
import { compileSchedule, type CompileOptions } from './compile-schedule.js';
import type { Schedule, ScheduleLike } from './schedule.js';

export interface NextRunOptions extends ScheduleDefaults, Partial<CompileOptions> {}

export const NEXT_RUN_RULES: RulesOf<NextRunOptions> = { anchor: instant, zones: object, timezone: nonEmpty };

/** Throws INVALID_INPUT if the value is not an instant. */
export function checkedInstant(after: Date): number {
  const ms = after instanceof Date ? after.getTime() : NaN;
  if (Number.isNaN(ms))
    throw new SchedulerError('INVALID_INPUT', 'after must be a valid Date', {
      errors: [{ path: 'after', message: 'must be an instant' }],
    });
  return ms;
}

/**
 * The nominal time of the first occurrence strictly after `after`, in the schedule's own zone and by its own policies; null when it has
 * ended. `anchor`, or else `after`, provides the values that the schedule leaves open (weekday, day, month, interval). Throws
 * INVALID_SCHEDULE.
 */
export function nextRun(input: ScheduleLike, after: Date, options: NextRunOptions = {}): Date | null {
  const afterMs = checkedInstant(after);
  checkOptions('INVALID_INPUT', 'nextRun', options, NEXT_RUN_RULES);
  const { anchor = after, zones, ...defaults } = options;
  const schedule = normalizeSchedule(input, defaults);
  const next = compileSchedule(schedule, zones ? { anchor, zones } : { anchor }).next(afterMs);
  return next === null ? null : new Date(next);
}

/** The first occurrence of a schedule that is being set now. Throws INVALID_SCHEDULE when there will be none. */
export function firstRun(schedule: Schedule, now: Date): Date {
  assertCanFire(schedule, now);
  const nowMs = checkedInstant(now);
  const next = compileSchedule(schedule, { anchor: now }).next(nowMs);
  if (next !== null) return new Date(next);
  throw nothingLeft(schedule, now, nowMs);
}
