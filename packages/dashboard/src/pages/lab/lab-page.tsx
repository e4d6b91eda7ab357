// The schedule lab: type a schedule and see what it does for a year, and what its policies change.
import { useState } from 'preact/hooks';
import { useQuery } from '../../api/use-query.js';
import { Skeleton } from '../../components/feedback/loaded.js';
import { Card, Page } from '../../components/layout/page.js';
import { asSchedule, type Schedule } from '../../components/schedule/schedule.js';
import { withField } from '../../components/schedule/with-field.js';
import { query, setFilters } from '../../state/router.js';
import { now } from '../../time/clock.js';
import { localDate } from '../../time/format.js';
import { viewerZone, zoneName } from '../../time/zones.js';
import { calendarMonths, type CalendarDay } from './calendar-days.js';
import { Comparison } from './comparison.js';
import { DayDetails } from './day-details.js';
import './lab.css';
import { loadYear, monthAfter, takesToday, type Months } from './load-year.js';
import { ScheduleInput } from './schedule-input.js';
import { NoCalendar, Year } from './year.js';

const MONTHS = 12;

const EXAMPLE: Schedule = { frequency: 'daily', time: '02:30', timezone: viewerZone };

function scheduleOfAddress(): Schedule {
  try {
    return asSchedule(JSON.parse(query.value.schedule ?? '')) ?? EXAMPLE;
  } catch {
    return EXAMPLE;
  }
}

/** Undefined: there is no such zone. */
function knownZone(zone: string | undefined): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone ?? 'UTC' }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The day to show first: one on which something is out of the ordinary, or the first with an occurrence. */
const firstChoice = (days: readonly CalendarDay[], today: string): string =>
  (
    days.find(({ date, occurrences }) => date >= today && occurrences.some(({ notes }) => notes.length > 0)) ??
    days.find(({ date, occurrences }) => date >= today && occurrences.length > 0)
  )?.date ?? today;

const YearSteps = ({ shift }: { readonly shift: number }) => (
  <>
    <button type="button" class="small" onClick={() => setFilters({ shift: shift - MONTHS || undefined })}>
      Year before
    </button>
    <button type="button" class="small" onClick={() => setFilters({ shift: shift + MONTHS || undefined })}>
      Year after
    </button>
  </>
);

export default function LabPage() {
  const [schedule, setSchedule] = useState(scheduleOfAddress);
  const [picked, setPicked] = useState<string>();
  const zone = knownZone(schedule.timezone);
  const today = localDate(now.value, zone ?? 'UTC');
  const shift = Number(query.value.shift ?? 0) || 0;
  const months: Months = { first: monthAfter(today.slice(0, 7), shift), count: MONTHS };
  const year = useQuery(`lab/${JSON.stringify([schedule, months])}`, (signal) => loadYear(schedule, months, signal));
  const change = (next: Schedule): void => {
    setSchedule(next);
    setFilters({ schedule: JSON.stringify(next) });
  };
  const days = year.data ? calendarMonths(year.data, months).flatMap(({ days }) => days) : [];
  const chosen = days.some(({ date }) => date === picked) ? (picked as string) : firstChoice(days, today);
  const day = days.find(({ date }) => date === chosen);
  return (
    <Page
      title="Schedule lab"
      lead="Type a schedule and see every occurrence of a year, computed by the code that fires."
    >
      <div class="lab">
        <div class="lab-schedule">
          <Card title="Schedule">
            <ScheduleInput schedule={schedule} onChange={change} problem={year.problem} />
            {takesToday(schedule) && (
              <p class="muted small">Counted from today, as for a subscription that is created now.</p>
            )}
          </Card>
        </div>
        <div class="lab-year">
          <div class="lab-calendar">
            <Card
              title={zone === undefined ? 'Twelve months' : `Twelve months in ${zoneName(zone)}`}
              aside={<YearSteps shift={shift} />}
            >
              {year.data ? (
                <Year
                  calendar={year.data}
                  months={months}
                  {...{ chosen, today }}
                  outdated={year.problem !== undefined}
                  onChoose={setPicked}
                />
              ) : year.problem ? (
                <NoCalendar problem={year.problem} onRetry={year.reload} />
              ) : (
                <Skeleton lines={12} />
              )}
            </Card>
          </div>
          {day && (
            <div class="lab-day" role="region" aria-label="The chosen day" tabIndex={0}>
              <DayDetails day={day} zone={zone ?? 'UTC'} />
            </div>
          )}
        </div>
        <div class="lab-policies">
          {year.data && (
            <Comparison
              schedule={schedule}
              months={months}
              onTake={(field, value) => change(withField(schedule, field, value))}
            />
          )}
        </div>
      </div>
    </Page>
  );
}
