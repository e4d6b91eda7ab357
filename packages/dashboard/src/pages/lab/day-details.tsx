// One local day: each occurrence, and what the clock does.
import { Empty } from '../../components/feedback/loaded.js';
import { Card } from '../../components/layout/page.js';
import { OccurrenceList } from '../../components/schedule/occurrence-list.js';
import { jumpInWords } from '../../time/clock-changes.js';
import { clockTime, count, dayLabel } from '../../time/format.js';
import { firing, type CalendarDay } from './calendar-days.js';

const MOST_LISTED = 30;

interface DayDetailsProps {
  readonly day: CalendarDay;
  readonly zone: string;
}

export const DayDetails = ({ day: { date, occurrences, change }, zone }: DayDetailsProps) => (
  <Card
    title={`${dayLabel(Date.parse(`${date}T00:00:00Z`), 'UTC')} ${date.slice(0, 4)}`}
    aside={count(firing(occurrences), 'occurrence')}
  >
    {change && (
      <p class="note warn clock-note">
        <span>
          The local clock goes from {clockTime(change.at - 1_000, zone).slice(0, 5)} to {clockTime(change.at, zone)} (
          {jumpInWords(change.jumpMinutes)}).{' '}
          {change.jumpMinutes > 0 ? 'The time between does not exist.' : 'The time between exists twice.'}
        </span>
      </p>
    )}
    {occurrences.length === 0 ? (
      <Empty title="Nothing runs on this day" />
    ) : (
      <OccurrenceList occurrences={occurrences.slice(0, MOST_LISTED)} zone={zone} />
    )}
    {occurrences.length > MOST_LISTED && <p class="muted small">and {occurrences.length - MOST_LISTED} more</p>}
  </Card>
);
