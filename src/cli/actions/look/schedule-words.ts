// A schedule that the API returned, in words.
import { describeSchedule, type ScheduleLike } from '../../../scheduler/schedule/index.js';

/** The JSON itself if this version cannot read it. */
export function scheduleInWords(schedule: unknown, now: Date): string {
  try {
    return describeSchedule(schedule as ScheduleLike, { after: now });
  } catch {
    return JSON.stringify(schedule);
  }
}
