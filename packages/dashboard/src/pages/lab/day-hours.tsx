// A local day with many occurrences: a row for each hour, with its minutes. An hour that exists twice has two rows.
import type { Occurrence } from '../../components/schedule/preview.js';
import { number } from '../../time/format.js';
import { hoursOf } from './hours-of-day.js';

/** Each minute of a day, in which an hour exists twice. */
const MOST = 1_500;

export const DayHours = ({ occurrences }: { readonly occurrences: readonly Occurrence[] }) => {
  const hours = hoursOf(occurrences.slice(0, MOST));
  const isChanging = new Set(hours.map(({ offset }) => offset)).size > 1;
  return (
    <>
      <dl class="day-hours">
        {hours.map(({ hour, offset, minutes }) => (
          <div key={`${hour} ${offset}`}>
            <dt class="mono">
              {hour}:{isChanging && <span class="muted"> {offset}</span>}
            </dt>
            <dd class="mono">{minutes.join(' ')}</dd>
          </div>
        ))}
      </dl>
      {occurrences.length > MOST && <p class="muted small">and {number(occurrences.length - MOST)} more</p>}
    </>
  );
};
