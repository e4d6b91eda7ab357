// The schedule lab: type a schedule and see what it does for a year, and what its policies change.
import { useState } from 'preact/hooks';
import { useQuery } from '../../api/use-query.js';
import { Skeleton } from '../../components/feedback/loaded.js';
import { Card, Page } from '../../components/layout/page.js';
import { asSchedule, type Schedule } from '../../components/schedule/schedule.js';
import { withField } from '../../components/schedule/with-field.js';
import { query, setFilters } from '../../state/router.js';
import { now } from '../../time/clock.js';
import { localDate, number } from '../../time/format.js';
import { viewerZone, zoneName } from '../../time/zones.js';
import { calendarMonths, type CalendarDay } from './calendar-days.js';
import { Comparison } from './comparison.js';
import { DayDetails } from './day-details.js';
import './lab.css';
import { loadYear, monthAfter, takesToday, type Months } from './load-year.js';
import { ScheduleInput } from './schedule-input.js';
import { CalendarLegend, YearCalendar } from './year-calendar.js';

const MONTHS = 12;

const EXAMPLE: Schedule = { frequency: 'daily', time: '02:30', timezone: viewerZone };

function scheduleOfAddress(): Schedule {
  try {
    return asSchedule(JSON.parse(query.value.schedule ?? '')) ?? EXAMPLE;
  } catch {
    return EXAMPLE;
  }
}

function knownZone(zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone ?? 'UTC' }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
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
  const today = localDate(now.value, zone);
  const shift = Number(query.value.shift ?? 0) || 0;
  const months: Months = { first: monthAfter(today.slice(0, 7), shift), count: MONTHS };
  const year = useQuery(`lab/${JSON.stringify([schedule, months])}`, (signal) => loadYear(schedule, months, signal));
  const change = (next: Schedule): void => {
    setSchedule(next);
    setFilters({ schedule: JSON.stringify(next) });
  };
  const calendar = year.data && calendarMonths(year.data, months);
  const days = calendar?.flatMap(({ days }) => days) ?? [];
  const chosen = days.some(({ date }) => date === picked) ? (picked as string) : firstChoice(days, today);
  const day = days.find(({ date }) => date === chosen);
  return (
    <Page
      title="Schedule lab"
      lead="Type a schedule and see every occurrence of a year, computed by the code that fires."
    >
      <div class="lab">
        <div class="stack">
          <Card title="Schedule">
            <ScheduleInput schedule={schedule} onChange={change} problem={year.problem} />
            {takesToday(schedule) && (
              <p class="muted small">Counted from today, as for a subscription that is created now.</p>
            )}
          </Card>
          {day && <DayDetails day={day} zone={zone} />}
        </div>
        <div class="stack">
          <Card title={`Twelve months in ${zoneName(zone)}`} aside={<YearSteps shift={shift} />}>
            {calendar && year.data ? (
              <div class={year.problem ? 'outdated stack' : 'stack'}>
                <p class="lab-words">
                  <strong>{year.data.description}</strong>{' '}
                  <span class="muted">{number(year.data.total)} occurrences in these months</span>
                </p>
                {year.data.truncated && (
                  <p class="note warn">
                    Only the first {number(year.data.total)} are shown, until {year.data.days.at(-1)?.date}.
                  </p>
                )}
                <YearCalendar months={calendar} chosen={chosen} today={today} onChoose={setPicked} />
                <CalendarLegend />
              </div>
            ) : (
              !year.problem && <Skeleton lines={12} />
            )}
          </Card>
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
