// Calendar arithmetic on plain numbers: local dates as days since 1970-01-01, local times as milliseconds on the same scale.

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const DAYS_OF_ERA = 146_097;

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar; `month` 1 … 12. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_OF_ERA + dayOfEra - 719_468;
}

/** Months since year 0 of a day number: `year * 12 + month - 1`. */
export function monthIndexOf(days: number): number {
  const z = days + 719_468;
  const era = Math.floor(z / DAYS_OF_ERA);
  const dayOfEra = z - era * DAYS_OF_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  // `shifted` counts from March: January and February belong to the next civil year.
  return (yearOfEra + era * 400) * 12 + shifted + 2;
}

/** Day number of the first of a month given as `year * 12 + month - 1`. */
export const firstOfMonth = (monthIndex: number): number => {
  const year = Math.floor(monthIndex / 12);
  return dayNumber(year, monthIndex - year * 12 + 1, 1);
};

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Number of days of a month given as `year * 12 + month - 1`. */
export function monthLength(monthIndex: number): number {
  const year = Math.floor(monthIndex / 12);
  const month = monthIndex - year * 12;
  return month === 1 && isLeap(year) ? 29 : (MONTH_LENGTHS[month] as number);
}

/** 1 = Monday … 7 = Sunday. */
export const isoWeekday = (days: number): number => modulo(days + 3, 7) + 1;

/** Weeks since that of 1970-01-01, each beginning on Monday. */
export const isoWeekIndex = (days: number): number => Math.floor((days + 3) / 7);

/** Day number of the Monday of a week. */
export const mondayOf = (weekIndex: number): number => weekIndex * 7 - 3;

/** Remainder that is never negative. */
export const modulo = (n: number, m: number): number => n - Math.floor(n / m) * m;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Day number of `YYYY-MM-DD`, or null when there is no such date. */
export function parseDate(text: string): number | null {
  const match = DATE.exec(text);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year * 12 + month - 1)) return null;
  return dayNumber(year, month, day);
}

const twoDigits = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

/** Milliseconds since local midnight of `HH:MM` or `HH:MM:SS`. */
export function parseTime(text: string): number {
  const seconds = text.length > 5 ? twoDigits(text, 6) : 0;
  return twoDigits(text, 0) * HOUR + twoDigits(text, 3) * MINUTE + seconds * SECOND;
}

/** `YYYY-MM-DDTHH:MM:SS` of a local time in milliseconds. */
export const formatLocal = (local: number): string => new Date(local).toISOString().replace(/\.\d{3}Z$/, '');

/** `YYYY-MM-DD` of a day number. */
export const formatDate = (day: number): string => formatLocal(day * DAY).slice(0, 10);

/** `+05:30`, `-04:00`, or with seconds where history has them. */
export function formatOffset(offsetMs: number): string {
  const abs = Math.abs(offsetMs);
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const seconds = (abs / SECOND) % 60;
  return `${offsetMs < 0 ? '-' : '+'}${two(abs / HOUR)}:${two((abs / MINUTE) % 60)}${seconds ? `:${two(seconds)}` : ''}`;
}
