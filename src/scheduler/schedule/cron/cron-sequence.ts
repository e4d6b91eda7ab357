// Enumerates the local times of a cron pattern: months, then days as bits, then the time of day by table.
import { DAY, firstOfMonth, HOUR, MINUTE, monthIndexOf, monthLength, SECOND } from '../civil.js';
import type { CronPattern } from './cron-pattern.js';
import type { LocalSequence } from '../sequence/local-sequence.js';

/** The calendar repeats itself after this number of months: a pattern that has not matched by then never will. */
const CALENDAR_CYCLE = 400 * 12;
const LAST_MONTH = 9_999 * 12 + 11;

/** For each number up to the highest: the first member of `sorted` at or above it, or -1. */
function followers(sorted: readonly number[], size: number): Int8Array {
  const table = new Int8Array(size + 1).fill(-1);
  for (let n = size - 1; n >= 0; n--) table[n] = sorted.includes(n) ? n : (table[n + 1] as number);
  return table;
}

/** The first time of day at or after `time` (ms), or -1. */
function createTimesOfDay({ hours, minutes, seconds }: CronPattern): (time: number) => number {
  const nextHour = followers(hours, 24);
  const nextMinute = followers(minutes, 60);
  const nextSecond = followers(seconds, 60);
  const minute0 = (minutes[0] as number) * MINUTE;
  const second0 = (seconds[0] as number) * SECOND;
  return (time) => {
    const total = Math.ceil(time / SECOND);
    const hour = Math.floor(total / 3_600);
    if (hour > 23) return -1;
    const h = nextHour[hour] as number;
    if (h < 0) return -1;
    if (h > hour) return h * HOUR + minute0 + second0;
    const minute = Math.floor(total / 60) % 60;
    const s = nextSecond[total % 60] as number;
    if (nextMinute[minute] === minute && s >= 0) return h * HOUR + minute * MINUTE + s * SECOND;
    const m = nextMinute[minute + 1] as number;
    if (m >= 0) return h * HOUR + m * MINUTE + second0;
    const later = nextHour[hour + 1] as number;
    return later < 0 ? -1 : later * HOUR + minute0 + second0;
  };
}

/** 0 = Sunday. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** The day of `15W` in a month: for a Saturday the day before, for a Sunday the day after, but never in another month. */
function nearestWeekday(day: number, length: number, firstDay: number): number {
  if (day > length) return 0;
  const weekday = weekdayOf(firstDay + day - 1);
  if (weekday === 0) return day === length ? day - 2 : day + 1;
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  return day;
}

function daysByNumber(pattern: CronPattern, length: number, firstDay: number): number {
  let bits = pattern.days;
  for (const day of pattern.nearestWeekdays) bits |= 1 << nearestWeekday(day, length, firstDay);
  for (const before of pattern.lastDays) if (before < length) bits |= 1 << (length - before);
  for (const before of pattern.lastWeekdays) {
    if (before < length) bits |= 1 << nearestWeekday(length - before, length, firstDay);
  }
  return bits;
}

function daysByWeekday(pattern: CronPattern, length: number, firstDay: number): number {
  let bits = 0;
  for (let day = 1; day <= length; day++) {
    const mask = pattern.weekdays[weekdayOf(firstDay + day - 1)] as number;
    const nth = 1 << (Math.floor((day - 1) / 7) + 1);
    const last = day + 7 > length ? 1 << 6 : 0;
    if (mask & (nth | last)) bits |= 1 << day;
  }
  return bits;
}

/** The matching days of a month as bits 1 … 31. Day of month and day of week are OR where both are given, as in cron. */
function matchingDays(pattern: CronPattern, month: number): number {
  if (!pattern.months.has((month % 12) + 1)) return 0;
  const length = monthLength(month);
  const firstDay = firstOfMonth(month);
  const existing = (length === 31 ? 0xffffffff : (1 << (length + 1)) - 1) & ~1;
  const byNumber = daysByNumber(pattern, length, firstDay);
  if (pattern.anyWeekday) return byNumber & existing;
  const byWeekday = daysByWeekday(pattern, length, firstDay);
  return (pattern.bothDays || pattern.anyDay ? byNumber & byWeekday : byNumber | byWeekday) & existing;
}

/** The lowest set bit at or above `from`, or 0 when there is none (bit 0 is never set). */
function dayAtOrAfter(bits: number, from: number): number {
  if (from > 31) return 0;
  const rest = bits & (-1 << from);
  return rest === 0 ? 0 : 31 - Math.clz32(rest & -rest);
}

/** The local times that a pattern matches. */
export function cronSequence(pattern: CronPattern): LocalSequence {
  const timeOfDay = createTimesOfDay(pattern);
  const firstTime = timeOfDay(0);
  let knownMonth = -1;
  let known = 0;
  const daysOf = (month: number): number => {
    if (month !== knownMonth) [knownMonth, known] = [month, matchingDays(pattern, month)];
    return known;
  };
  const dateFrom = (date: number): number => {
    const start = monthIndexOf(date);
    const end = Math.min(start + CALENDAR_CYCLE, LAST_MONTH);
    for (let month = start; month <= end; month++) {
      const first = firstOfMonth(month);
      const day = dayAtOrAfter(daysOf(month), month === start ? date - first + 1 : 1);
      if (day > 0) return first + day - 1;
    }
    return Infinity;
  };
  return {
    atOrAfter(local) {
      const today = Math.floor(local / DAY);
      const date = dateFrom(today);
      if (date > today) return date * DAY + firstTime;
      const time = timeOfDay(local - today * DAY);
      return time >= 0 ? today * DAY + time : dateFrom(today + 1) * DAY + firstTime;
    },
  };
}
