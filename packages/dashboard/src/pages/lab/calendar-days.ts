// Occurrences by local day, laid out in months. Pure.
import type { Occurrence } from '../../components/schedule/preview.js';
import type { ClockChange } from '../../time/clock-changes.js';
import { localDate } from '../../time/format.js';
import { monthAfter, type Months } from './load-year.js';

export interface CalendarDay {
  readonly date: string;
  readonly occurrences: readonly Occurrence[];
  readonly change: ClockChange | undefined;
}

export interface CalendarMonth {
  readonly month: string;
  /** Empty places before its first day; weeks begin on Monday. */
  readonly lead: number;
  readonly days: readonly CalendarDay[];
}

const daysIn = (month: string): number => {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
};

/** Monday is 0. */
const weekday = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

function byDate(occurrences: readonly Occurrence[]): Map<string, Occurrence[]> {
  const dates = new Map<string, Occurrence[]>();
  for (const occurrence of occurrences) {
    const date = occurrence.local.slice(0, 10);
    const there = dates.get(date);
    if (there) there.push(occurrence);
    else dates.set(date, [occurrence]);
  }
  return dates;
}

export function calendarMonths(
  occurrences: readonly Occurrence[],
  changes: readonly ClockChange[],
  { first, count }: Months,
  zone: string,
): readonly CalendarMonth[] {
  const dates = byDate(occurrences);
  const changed = new Map(changes.map((change) => [localDate(change.at, zone), change]));
  return Array.from({ length: count }, (_, n) => {
    const month = monthAfter(first, n);
    const days = Array.from({ length: daysIn(month) }, (_, day) => {
      const date = `${month}-${String(day + 1).padStart(2, '0')}`;
      return { date, occurrences: dates.get(date) ?? [], change: changed.get(date) };
    });
    return { month, lead: weekday(`${month}-01`), days };
  });
}

/** How many of them fire. */
export const firing = (occurrences: readonly Occurrence[]): number =>
  occurrences.filter(({ at }) => at !== null).length;
