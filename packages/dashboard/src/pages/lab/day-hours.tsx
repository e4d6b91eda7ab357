// A local day with many occurrences: a row for each hour, with its minutes. An hour that exists twice has two rows.
import type { Occurrence } from '../../components/schedule/preview.js';
import { number } from '../../time/format.js';

/** Each minute of a day, in which an hour exists twice. */
const MOST = 1_500;

interface Hour {
  readonly hour: string;
  readonly offset: string;
  readonly minutes: readonly string[];
}

/** `05`, and `05:30` where there are seconds. */
const minuteOf = (local: string): string => local.slice(14).replace(/:00$/, '');

export function hoursOf(occurrences: readonly Occurrence[]): readonly Hour[] {
  const hours = new Map<string, { hour: string; offset: string; minutes: string[] }>();
  for (const { at, local, utc_offset: offset } of occurrences) {
    if (at === null) continue;
    const hour = local.slice(11, 13);
    const key = `${hour} ${offset ?? ''}`;
    const found = hours.get(key) ?? { hour, offset: offset ?? '', minutes: [] };
    found.minutes.push(minuteOf(local));
    hours.set(key, found);
  }
  return [...hours.values()];
}

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
