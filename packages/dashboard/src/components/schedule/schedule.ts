// The schedule type of the API, and what the client derives from it locally.
import type { Schemas } from '../../api/client.js';

export type Schedule = Schemas['Schedule'];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The API returns schedules as they are stored. */
export const asSchedule = (value: unknown): Schedule | null => (isObject(value) ? value : null);

/** The time zone of the schedule. */
export const zoneOf = (schedule: unknown): string => asSchedule(schedule)?.timezone ?? 'UTC';

const DAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const UNITS = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  quarterly: 'quarter',
  yearly: 'year',
} as const;

function rhythm({ frequency = 'daily', interval = 1 }: Schedule): string {
  if (frequency === 'cron') return 'cron';
  const unit = UNITS[frequency];
  return interval === 1 ? frequency : `every ${interval} ${unit}s`;
}

/** A short description for tables; the server provides the full sentence. */
export function scheduleInShort(value: unknown): string {
  const schedule = asSchedule(value);
  if (!schedule) return 'no schedule';
  const { frequency = 'daily', time, cron, day_of_week: weekday, day_of_month: day } = schedule;
  if (frequency === 'cron') return `cron ${cron ?? ''}`;
  const on = frequency === 'weekly' && weekday ? `, ${DAYS[weekday] ?? ''}` : day ? `, day ${day}` : '';
  const at = frequency === 'hourly' ? `, at minute ${(time ?? '00:00').slice(3, 5)}` : `, ${time ?? '09:00'}`;
  return `${rhythm(schedule)}${on}${at}`;
}
