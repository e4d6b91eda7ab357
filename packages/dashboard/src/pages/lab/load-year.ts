// Twelve months of a schedule, as the server computes them.
import { post, type Schemas } from '../../api/client.js';
import type { Schedule } from '../../components/schedule/schedule.js';

export type Calendar = Schemas['Calendar'];
export type PolicyComparison = Schemas['PolicyComparison'];

/** As many as the server lists. */
const MOST = 10_000;

export interface Months {
  /** `2026-11`. */
  readonly first: string;
  readonly count: number;
}

/** `2026-11` and 3: `2027-02`. */
export function monthAfter(month: string, n: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const date = new Date(Date.UTC(year, number - 1 + n, 1));
  return date.toISOString().slice(0, 7);
}

/** The last date before the month after them. */
function lastDate({ first, count }: Months): string {
  const [year = 1970, number = 1] = monthAfter(first, count).split('-').map(Number);
  return new Date(Date.UTC(year, number - 1, 0)).toISOString().slice(0, 10);
}

const rangeOf = (months: Months): { from: string; to: string } => ({
  from: `${months.first}-01`,
  to: lastDate(months),
});

/** Throws an ApiProblem with the paths of what is wrong with the schedule. */
export const loadYear = (schedule: Schedule, months: Months, signal: AbortSignal): Promise<Calendar> =>
  post('/schedules/calendar', { body: { schedule, ...rangeOf(months), max_occurrences: MOST }, signal });

/** The same months under each value of each policy. */
export const loadComparison = (schedule: Schedule, months: Months, signal: AbortSignal): Promise<PolicyComparison> =>
  post('/schedules/compare', { body: { schedule, ...rangeOf(months) }, signal });

/** Whether it leaves something open that is taken from the day on which a subscription is created. */
export function takesToday(schedule: Schedule): boolean {
  const {
    frequency = 'daily',
    interval = 1,
    starts_on: start,
    day_of_week: weekday,
    day_of_month: day,
    month,
  } = schedule;
  if (start !== undefined) return false;
  return (
    interval > 1 ||
    (['monthly', 'quarterly', 'yearly'].includes(frequency) && day === undefined) ||
    (frequency === 'weekly' && weekday === undefined) ||
    (frequency === 'yearly' && month === undefined)
  );
}
