// Fills in the defaults of a schedule whose fields are valid.
import type { Schedule, ScheduleJson } from '../schedule.js';

export interface ScheduleDefaults {
  /** Used when the schedule names no zone; `UTC` without it. */
  readonly timezone?: string;
}

/** Fills in the defaults of a JSON schedule that is known to be valid, such as one from the database. */
export function scheduleFromJson(json: ScheduleJson, defaults: ScheduleDefaults = {}): Schedule {
  const frequency = json.frequency ?? 'daily';
  return {
    frequency,
    interval: json.interval ?? 1,
    time: frequency === 'cron' ? null : (json.time ?? '09:00'),
    dayOfWeek: json.day_of_week ?? null,
    dayOfMonth: json.day_of_month ?? null,
    month: json.month ?? null,
    cron: json.cron ?? null,
    timezone: json.timezone ?? defaults.timezone ?? 'UTC',
    dstGap: json.dst_gap ?? 'shift',
    dstOverlap: json.dst_overlap ?? 'first',
    monthEnd: json.month_end ?? 'clamp',
    misfire: json.misfire ?? 'once',
    misfireGraceS: json.misfire_grace_s ?? 60,
    misfireCap: json.misfire_cap ?? 100,
    spreadS: json.spread_s ?? 0,
    startsOn: json.starts_on ?? null,
    endsOn: json.ends_on ?? null,
  };
}
