// The days of a calendar, laid out in months. Pure.
import type { Occurrence } from '../../components/schedule/preview.js';
import type { ClockChange } from '../../time/clock-changes.js';
import { monthAfter, type Calendar, type Months } from './load-year.js';

export interface CalendarDay {
  readonly date: string;
  readonly occurrences: readonly Occurrence[];
  readonly change: ClockChange | undefined;
}

export interface CalendarMonth {
  readonly month: string;
  /** Number of empty cells before the first day; weeks start on Monday. */
  readonly lead: number;
  readonly days: readonly CalendarDay[];
}

const daysIn = (month: string): number => {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
};

/** Monday is 0. */
const weekday = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

type DayOfCalendar = Calendar['days'][number];

const changeOf = (change: DayOfCalendar['clock_change']): ClockChange | undefined =>
  change === null ? undefined : { at: Date.parse(change.at), jumpMinutes: change.jump_minutes };

/** Every day of the months; the server returns only days with occurrences or clock changes. */
export function calendarMonths({ days }: Calendar, { first, count }: Months): readonly CalendarMonth[] {
  const byDate = new Map(days.map((day) => [day.date, day]));
  return Array.from({ length: count }, (_, n) => {
    const month = monthAfter(first, n);
    return {
      month,
      lead: weekday(`${month}-01`),
      days: Array.from({ length: daysIn(month) }, (_, day) => {
        const date = `${month}-${String(day + 1).padStart(2, '0')}`;
        const found = byDate.get(date);
        return { date, occurrences: found?.occurrences ?? [], change: changeOf(found?.clock_change ?? null) };
      }),
    };
  });
}

/** Number of occurrences that run. */
export const firing = (occurrences: readonly Occurrence[]): number =>
  occurrences.filter(({ at }) => at !== null).length;
