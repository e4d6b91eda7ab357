// A year as a calendar: every day on which the schedule fires, what policies do, and the changes of clock.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { jumpInWords } from '../../time/clock-changes.js';
import { count } from '../../time/format.js';
import { firing, type CalendarDay, type CalendarMonth } from './calendar-days.js';

const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const DAY_MS = 86_400_000;
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function classOf({ occurrences, change }: CalendarDay, isToday: boolean, isUnknown: boolean): string {
  const fires = firing(occurrences);
  return [
    'cal-day',
    fires > 0 && 'fires',
    fires > 1 && 'many',
    occurrences.some(({ at }) => at === null) && 'left-out',
    occurrences.some(({ notes }) => notes.length > 0) && 'noted',
    change && 'changes',
    isToday && 'is-today',
    isUnknown && 'unknown',
  ]
    .filter(Boolean)
    .join(' ');
}

const wholeDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

const labelOf = ({ date, occurrences, change }: CalendarDay): string =>
  [
    wholeDate.format(Date.parse(`${date}T00:00:00Z`)),
    count(firing(occurrences), 'occurrence'),
    occurrences.some(({ at }) => at === null) && 'one is left out by a policy',
    change && `clock ${jumpInWords(change.jumpMinutes)}`,
  ]
    .filter(Boolean)
    .join(', ');

interface YearCalendarProps {
  readonly months: readonly CalendarMonth[];
  readonly chosen: string;
  readonly today: string;
  /** Later days are not computed. */
  readonly until?: string | undefined;
  readonly onChoose: (date: string) => void;
}

export const YearCalendar = ({ months, chosen, today, until, onChoose }: YearCalendarProps) => {
  const room = useRef<HTMLDivElement>(null);
  const onKey = (event: JSX.TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = new Date(Date.parse(`${chosen}T00:00:00Z`) + step * DAY_MS).toISOString().slice(0, 10);
    const button = room.current?.querySelector<HTMLButtonElement>(`[data-date="${next}"]`);
    if (!button) return;
    onChoose(next);
    button.focus();
  };
  return (
    <div class="calendar" ref={room} onKeyDown={onKey}>
      {months.map(({ month, lead, days }) => (
        <section key={month} class="cal-month" aria-label={monthName.format(Date.parse(`${month}-01T00:00:00Z`))}>
          <h3>{monthName.format(Date.parse(`${month}-01T00:00:00Z`))}</h3>
          <div class="cal-grid">
            {WEEKDAYS.map((name) => (
              <span key={name} class="cal-weekday" aria-hidden="true">
                {name}
              </span>
            ))}
            {Array.from({ length: lead }, (_, n) => (
              <span key={`lead ${n}`} />
            ))}
            {days.map((day) => (
              <button
                key={day.date}
                type="button"
                class={classOf(day, day.date === today, until !== undefined && day.date > until)}
                data-date={day.date}
                aria-label={labelOf(day)}
                title={labelOf(day)}
                aria-pressed={day.date === chosen}
                tabIndex={day.date === chosen ? 0 : -1}
                onClick={() => onChoose(day.date)}
              >
                {Number(day.date.slice(8))}
              </button>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
};

export const CalendarLegend = ({ truncated }: { readonly truncated: boolean }) => (
  <div class="legend">
    <span>
      <b class="cal-sample fires" /> runs
    </span>
    <span>
      <b class="cal-sample fires many" /> runs more than once
    </span>
    <span>
      <b class="cal-sample fires noted" /> a policy moves it
    </span>
    <span>
      <b class="cal-sample left-out noted" /> a policy leaves it out
    </span>
    <span>
      <b class="cal-sample changes" /> the clock changes
    </span>
    {truncated && (
      <span>
        <b class="cal-sample unknown" /> not computed
      </span>
    )}
  </div>
);
