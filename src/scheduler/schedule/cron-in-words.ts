// A cron pattern in words. cronstrue writes the sentence; what it would say wrongly or unclearly is put to it otherwise, or left to the pattern.
import cronstrue from 'cronstrue';
import { sixFields } from './cron-pattern.js';

/** Beyond this, words are harder to read than the pattern. */
const LONGEST = 300;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** `*` with a step that does not divide the hour or the day begins anew with each: as a list it says so. */
function withoutUnevenStep(field: string, size: number): string {
  const step = Number(/^[*?]\/(\d+)$/.exec(field)?.[1] ?? 1);
  if (size % step === 0) return field;
  return Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step).join(',');
}

/** `FRI#L`, which cronstrue knows as `5L`. */
const lastOnes = (weekday: string): string =>
  weekday.replace(/([a-z]{3}|\d)#l/gi, (_whole, day: string) => {
    const named = WEEKDAYS.indexOf(day.toLowerCase());
    return `${named < 0 ? day : named}L`;
  });

/** A last day within a list, a range of n-th weekdays, both days at once: cronstrue does not tell these as they are. */
const isBeyondWords = (day: string, weekday: string): boolean =>
  (/l/i.test(day) && day.includes(',')) || (/-/.test(weekday) && /[#l]/i.test(weekday)) || weekday.startsWith('+');

const isAny = (field: string): boolean => field === '*' || field === '?';

/** `at 09:00, Monday through Friday (cron 0 9 * * 1-5)`. */
export function cronInWords(cron: string): string {
  const fields = cron.trim().split(/\s+/);
  const shown = fields.join(' ');
  const [second, minute, hour, day, month, weekday] = sixFields(fields, '');
  if (isBeyondWords(day, weekday)) return `by cron ${shown}`;
  const put = [withoutUnevenStep(second, 60), withoutUnevenStep(minute, 60), withoutUnevenStep(hour, 24)];
  try {
    const pattern = [...put, day, month, lastOnes(weekday)].join(' ').trim();
    const text = cronstrue.toString(pattern, { use24HourTimeFormat: true, verbose: false });
    const either = isAny(day) || isAny(weekday) ? text : text.replace(', and ', ', and also ');
    if (either.length > LONGEST) return `by cron ${shown}`;
    return `${either.charAt(0).toLowerCase()}${either.slice(1)} (cron ${shown})`;
  } catch {
    return `by cron ${shown}`;
  }
}
