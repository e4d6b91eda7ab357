// A schedule as typed by a user: JSON, a cron pattern, or words such as `weekly monday 09:00`. Pure.
import type { ScheduleJson } from '../../scheduler/schedule/index.js';
import { failure } from './failure.js';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const FREQUENCIES = ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'];

/** Throws WRONG_USAGE for anything else; whether the schedule is valid is decided by the schema. */
export function parseScheduleText(text: string): ScheduleJson {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return fromJson(trimmed);
  const words = trimmed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== 'at' && word !== 'on');
  if (FREQUENCIES.includes(words[0] ?? '')) return fromWords(words);
  if (/^[\d*@]/.test(trimmed) && trimmed.split(/\s+/).length >= 5) return { frequency: 'cron', cron: trimmed };
  throw unreadable(text);
}

function fromJson(text: string): ScheduleJson {
  try {
    return JSON.parse(text) as ScheduleJson;
  } catch {
    throw unreadable(text);
  }
}

function fromWords([frequency, ...words]: readonly string[]): ScheduleJson {
  const fields: Record<string, unknown> = { frequency };
  for (const word of words) Object.assign(fields, fieldOf(word));
  return fields;
}

/** `09:00` a time, `monday` or `mon` a day of the week, `31` a day of the month, `12-24` month and day. */
function fieldOf(word: string): ScheduleJson {
  if (/^\d{1,2}:\d{2}(:\d{2})?$/.test(word)) return { time: word.padStart(word.length < 6 ? 5 : 8, '0') };
  const day = word.length < 3 ? -1 : DAYS.findIndex((name) => name.startsWith(word));
  if (day >= 0) return { day_of_week: day + 1 };
  const [, month, dayOfMonth] = /^(\d{1,2})-(\d{1,2})$/.exec(word) ?? [];
  if (month !== undefined) return { month: Number(month), day_of_month: Number(dayOfMonth) };
  if (/^\d{1,2}$/.test(word)) return { day_of_month: Number(word) };
  throw unreadable(word);
}

const unreadable = (text: string): Error =>
  failure(
    'WRONG_USAGE',
    `"${text}" is not a schedule: give JSON, a cron pattern, or words such as "daily 09:00", "weekly monday 09:00", "monthly 31", "yearly 12-24"`,
  );
