// The days of a cron pattern in words, from its parsed fields.
import { EVERY, LAST, type CronPattern } from '../cron/cron-pattern.js';
import { list, ordinal, ranges } from './list.js';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

const NTH = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
const MONDAY_FIRST = [1, 2, 3, 4, 5, 6, 0];

const weekday = (day: number): string => WEEKDAYS[day] as string;

/** `the last day`, `the third last day`. */
const fromTheEnd = (before: number, what: string): string =>
  before === 0
    ? `the last ${what}`
    : before === 1
      ? `the second last ${what}`
      : `the ${ordinal(before + 1)} last ${what}`;

/** Days of the month: `the 1st`, `the 8th to 14th`, `the last day`, `the weekday nearest the 15th`. */
function daysOfMonth({ days, nearestWeekdays, lastDays, lastWeekdays }: CronPattern): readonly string[] {
  const plain = Array.from({ length: 31 }, (_, index) => index + 1).filter((day) => days & (1 << day));
  const distinct = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b);
  return [
    ...ranges(
      plain,
      (day) => `the ${ordinal(day)}`,
      (from, to) => `the ${ordinal(from)} to ${ordinal(to)}`,
    ),
    ...distinct(nearestWeekdays).map((day) => `the weekday nearest the ${ordinal(day)}`),
    ...distinct(lastDays).map((before) => fromTheEnd(before, 'day')),
    ...distinct(lastWeekdays).map((before) =>
      before === 0 ? 'the last weekday' : `the weekday nearest ${fromTheEnd(before, 'day')}`,
    ),
  ];
}

/** Weekdays that are meant every week: `Monday to Friday`, `Saturday`. */
function wholeWeekdays({ weekdays }: CronPattern): readonly string[] {
  const places = MONDAY_FIRST.flatMap((day, place) => (((weekdays[day] as number) & EVERY) === EVERY ? [place] : []));
  const name = (place: number): string => weekday(MONDAY_FIRST[place] as number);
  return ranges(places, name, (from, to) => `${name(from)} to ${name(to)}`);
}

/** `the second Friday`, `the last Monday`. */
function nthWeekdays({ weekdays }: CronPattern): readonly string[] {
  return MONDAY_FIRST.flatMap((day) => {
    const mask = weekdays[day] as number;
    if ((mask & EVERY) === EVERY) return [];
    const nths = [1, 2, 3, 4, 5].filter((n) => mask & (1 << n)).map((n) => NTH[n] as string);
    if (mask & LAST) nths.push('last');
    return nths.map((nth) => `the ${nth} ${weekday(day)}`);
  });
}

/** Every day of the week, whatever the day of the month. */
const isWholeWeek = ({ weekdays, anyWeekday }: CronPattern): boolean =>
  anyWeekday || weekdays.every((mask) => (mask & EVERY) === EVERY);

const isWholeMonth = ({ days, anyDay }: CronPattern): boolean => anyDay || days >>> 1 === 0x7fffffff;

/** By weekday alone: `every Monday to Friday`, `every Monday and on the second Friday of the month`. */
function byWeekday(pattern: CronPattern): string {
  const whole = wholeWeekdays(pattern);
  const nth = nthWeekdays(pattern);
  const parts = [
    ...(whole.length > 0 ? [`every ${list(whole)}`] : []),
    ...(nth.length > 0 ? [`on ${list(nth)} of the month`] : []),
  ];
  return parts.join(', and also ');
}

const byDay = (pattern: CronPattern): string => `on ${list(daysOfMonth(pattern))} of the month`;

/** Empty: every day. A day of the month and a weekday together are either of them, or both with `+`. */
export function daysInWords(pattern: CronPattern): string {
  const [anyDay, anyWeekday] = [isWholeMonth(pattern), isWholeWeek(pattern)];
  if (anyDay && anyWeekday) return '';
  // if either of the two matches every day, the result is every day, unless it was written as a star: then the other one decides
  if (!pattern.bothDays && !pattern.anyDay && !pattern.anyWeekday && (anyDay || anyWeekday)) return '';
  if (anyWeekday) return byDay(pattern);
  if (anyDay) return byWeekday(pattern);
  if (!pattern.bothDays) return `${byDay(pattern)}, and also ${byWeekday(pattern)}`;
  const whole = wholeWeekdays(pattern);
  const nth = nthWeekdays(pattern).map((one) => `${one} of the month`);
  return `${byDay(pattern)}, only if that is ${list([...whole.map((one) => `a ${one}`), ...nth]).replace(/ and (?=[^ ]+( |$))/, ' or ')}`;
}

/** Empty: every month. */
export function monthsInWords({ months }: CronPattern): string {
  if (months.size === 12) return '';
  const sorted = [...months].sort((a, b) => a - b);
  const name = (month: number): string => MONTHS[month - 1] as string;
  return `in ${list(ranges(sorted, name, (from, to) => `${name(from)} to ${name(to)}`))}`;
}
