// The year of a schedule: what it is in words, the calendar, and what its marks mean. Or why there is none.
import type { ApiProblem } from '../../api/problem.js';
import { Empty } from '../../components/feedback/loaded.js';
import { ProblemNote } from '../../components/feedback/problem.js';
import { count, number } from '../../time/format.js';
import { calendarMonths } from './calendar-days.js';
import type { Calendar, Months } from './load-year.js';
import { CalendarLegend, YearCalendar } from './year-calendar.js';

interface YearProps {
  readonly calendar: Calendar;
  readonly months: Months;
  readonly chosen: string;
  readonly today: string;
  /** It is that of the schedule before, which was valid. */
  readonly outdated: boolean;
  readonly onChoose: (date: string) => void;
}

/** The last day that is known in full or in part; undefined: all of them are. */
const lastKnown = ({ truncated, days }: Calendar): string | undefined =>
  truncated ? days.filter(({ occurrences }) => occurrences.length > 0).at(-1)?.date : undefined;

export const Year = ({ calendar, months, chosen, today, outdated, onChoose }: YearProps) => {
  const { description, total } = calendar;
  const until = lastKnown(calendar);
  return (
    <div class={outdated ? 'outdated stack' : 'stack'}>
      <p class="lab-words">
        <strong>{description}</strong>{' '}
        <span class="muted">
          {until === undefined
            ? `${count(total, 'occurrence')} in these months`
            : `more than ${number(total)} occurrences`}
        </span>
      </p>
      {until !== undefined && (
        <p class="note warn">
          Only the first {number(total)} occurrences are computed, until {until}. Later days run as well.
        </p>
      )}
      <YearCalendar months={calendarMonths(calendar, months)} {...{ chosen, today, until, onChoose }} />
      <CalendarLegend truncated={until !== undefined} />
    </div>
  );
};

interface NoCalendarProps {
  readonly problem: ApiProblem;
  readonly onRetry: () => void;
}

export const NoCalendar = ({ problem, onRetry }: NoCalendarProps) =>
  problem.status === 400 ? (
    <Empty title="There is no calendar of this schedule">
      It appears here as soon as the schedule is valid. Its fields say what is wrong.
    </Empty>
  ) : (
    <ProblemNote problem={problem} onRetry={onRetry} />
  );
