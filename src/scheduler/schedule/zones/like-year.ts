// In the far future, a zone's rules are the same every year except for the weekday on which the year begins and its length: 28 years of
// tables are enough for all of them, and a query for the year 9000 costs the same as one for 2100.
import { DAY, dayNumber, isoWeekday, monthIndexOf } from '../civil.js';

/** One year, and how many milliseconds later it comes than the year with the same calendar that stands in for it. */
export interface LikeYear {
  readonly start: number;
  readonly end: number;
  readonly later: number;
}

/** Within these 28 years each of the fourteen calendars occurs, and no zone has rules that are specific to a year. */
const FIRST = 2_101;
const LAST = 2_128;

const firstDay = (year: number): number => dayNumber(year, 1, 1);
const calendarOf = (year: number): string => `${isoWeekday(firstDay(year))}/${firstDay(year + 1) - firstDay(year)}`;

const STAND_INS: ReadonlyMap<string, number> = new Map(
  Array.from({ length: LAST - FIRST + 1 }, (_, i) => [calendarOf(FIRST + i), FIRST + i]),
);
const AFTERWARDS = firstDay(LAST + 1) * DAY;

/** The year of an instant (epoch ms) and its stand-in; null for a year that needs none. */
export function likeYearOf(ms: number): LikeYear | null {
  if (ms < AFTERWARDS) return null;
  const year = Math.floor(monthIndexOf(Math.floor(ms / DAY)) / 12);
  const start = firstDay(year) * DAY;
  const standIn = STAND_INS.get(calendarOf(year)) as number;
  return { start, end: firstDay(year + 1) * DAY, later: start - firstDay(standIn) * DAY };
}
