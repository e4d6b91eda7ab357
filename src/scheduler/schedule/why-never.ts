// Explains why a schedule can never fire, or no longer fires: the field, and what is allowed there.
import type { FieldError } from '../../base/errors.js';
import { compileSchedule } from './compile-schedule.js';
import type { Schedule } from './schedule.js';

export interface NeverSince {
  /** Open dates of the schedule come from here. */
  readonly anchor: Date;
  /** It does not fire after this time; if omitted, it never fires. */
  readonly afterMs?: number;
}

function fires(schedule: Schedule, { anchor, afterMs }: NeverSince): boolean {
  const compiled = compileSchedule(schedule, { anchor });
  return afterMs === undefined ? !compiled.never() : compiled.next(afterMs) !== null;
}

/** Explains a schedule that is known never to fire. */
export function whyNever(schedule: Schedule, since: NeverSince): FieldError {
  const { startsOn, endsOn, cron, dstGap } = schedule;
  if (endsOn !== null) {
    const when = startsOn !== null && since.afterMs === undefined ? 'between starts_on and ends_on' : 'from then on';
    return { path: 'ends_on', message: `leaves no occurrence ${when}: this schedule can never fire` };
  }
  if (dstGap === 'skip' && fires({ ...schedule, dstGap: 'shift' }, since)) {
    const message =
      'leaves only local times that do not exist, and dst_gap is skip: this schedule can never fire (use shift, or another time)';
    return { path: cron === null ? 'dst_gap' : 'cron', message };
  }
  if (since.afterMs !== undefined && fires(schedule, { anchor: since.anchor })) {
    return { path: 'frequency', message: 'leaves no occurrence from then on to the end of the year 9999' };
  }
  if (cron !== null) return { path: 'cron', message: 'matches no date that exists: this schedule can never fire' };
  return {
    path: 'day_of_month',
    message:
      'is in none of the months meant, and month_end is skip: this schedule can never fire (use clamp, or another day)',
  };
}
