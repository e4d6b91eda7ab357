// One local day: each occurrence, and what the clock does.
import { Card } from '../../components/layout/page.js';
import { OccurrenceList } from '../../components/schedule/occurrence-list.js';
import { jumpInWords, readingBefore, type ClockChange } from '../../time/clock-changes.js';
import { clockTime, count, dayLabel } from '../../time/format.js';
import { firing, type CalendarDay } from './calendar-days.js';
import { DayHours } from './day-hours.js';

/** More are shown by the hour. */
const MOST_LISTED = 12;

const ClockNote = ({ change, zone }: { readonly change: ClockChange; readonly zone: string }) => {
  const after = clockTime(change.at, zone);
  return (
    <p class="note warn clock-note">
      <span>
        The local clock goes from {readingBefore(after, change.jumpMinutes)} to {after}{' '}
        <span class="nowrap">({jumpInWords(change.jumpMinutes)})</span>.{' '}
        {change.jumpMinutes > 0 ? 'The time between does not exist.' : 'The time between exists twice.'}
      </span>
    </p>
  );
};

interface DayDetailsProps {
  readonly day: CalendarDay;
  readonly zone: string;
}

export const DayDetails = ({ day: { date, occurrences, change }, zone }: DayDetailsProps) => {
  const isLong = occurrences.length > MOST_LISTED;
  const listed = isLong ? occurrences.filter(({ at, notes }) => at === null || notes.length > 0) : occurrences;
  return (
    <Card
      title={`${dayLabel(Date.parse(`${date}T00:00:00Z`), 'UTC')} ${date.slice(0, 4)}`}
      aside={count(firing(occurrences), 'occurrence')}
    >
      {change && <ClockNote change={change} zone={zone} />}
      {occurrences.length === 0 && <p class="muted">Nothing runs on this day.</p>}
      {listed.length > 0 && <OccurrenceList occurrences={listed} zone={zone} />}
      {isLong && <DayHours occurrences={occurrences} />}
    </Card>
  );
};
