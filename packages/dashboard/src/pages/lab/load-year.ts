// Loads twelve months of a schedule from the server.
import { post, type Schemas } from '../../api/client.js';
import type { Schedule } from '../../components/schedule/schedule.js';

export type Calendar = Schemas['Calendar'];
export type PolicyComparison = Schemas['PolicyComparison'];

/** The maximum number that the server returns. */
const MOST = 10_000;

export interface Months {
  /** `2026-11`. */
  readonly first: string;
  readonly count: number;
}

/** `2026-11` and 3 give `2027-02`. */
export function monthAfter(month: string, n: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const date = new Date(Date.UTC(year, number - 1 + n, 1));
  return date.toISOString().slice(0, 7);
}

/** The last day of the months. */
function lastDate({ first, count }: Months): string {
  const [year = 1970, number = 1] = monthAfter(first, count).split('-').map(Number);
  return new Date(Date.UTC(year, number - 1, 0)).toISOString().slice(0, 10);
}

const rangeOf = (months: Months): { from: string; to: string } => ({
  from: `${months.first}-01`,
  to: lastDate(months),
});

/** Throws an ApiProblem with the paths of invalid fields of the schedule. */
export const loadYear = (schedule: Schedule, months: Months, signal: AbortSignal): Promise<Calendar> =>
  post('/schedules/calendar', { body: { schedule, ...rangeOf(months), max_occurrences: MOST }, signal });

/** Loads the same months for each value of each policy. */
export const loadComparison = (schedule: Schedule, months: Months, signal: AbortSignal): Promise<PolicyComparison> =>
  post('/schedules/compare', { body: { schedule, ...rangeOf(months) }, signal });

/** Whether a field is open that would be taken from the day on which a subscription is created. */
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
