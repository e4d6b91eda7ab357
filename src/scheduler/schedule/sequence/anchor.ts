// The local date that provides the values that a schedule leaves open: the weekday, the day, the month, the period 0 of an interval.
import { DAY, parseDate } from '../civil.js';
import type { Schedule } from '../schedule.js';
import type { ZoneOffsets } from '../zones/zone-offsets.js';

/** True when the schedule takes something from the date of its creation (or of `after`, in a preview). */
export function usesAnchor(schedule: Schedule): boolean {
  const { frequency, interval, startsOn, dayOfWeek, dayOfMonth, month } = schedule;
  if (startsOn !== null || frequency === 'cron') return false;
  if (interval > 1) return true;
  if (frequency === 'weekly') return dayOfWeek === null;
  if (frequency === 'yearly') return dayOfMonth === null || month === null;
  return (frequency === 'monthly' || frequency === 'quarterly') && dayOfMonth === null;
}

/** Day number of `startsOn`, else of the anchor's local date; 0 when nothing depends on it. */
export function anchorDayOf(schedule: Schedule, zone: ZoneOffsets, anchorMs: number): number {
  if (schedule.startsOn !== null) return parseDate(schedule.startsOn) as number;
  return usesAnchor(schedule) ? Math.floor((anchorMs + zone.spanAt(anchorMs).offset) / DAY) : 0;
}
