// A strip of local days: what came of each past occurrence, and the next ones with what a policy does to them.
import { useEffect, useRef } from 'preact/hooks';
import type { Schemas } from '../../api/client.js';
import { StatusMark } from '../../components/icons/status.js';
import { noteInWords } from '../../components/schedule/preview.js';
import { now } from '../../time/clock.js';
import { jumpInWords } from '../../time/clock-changes.js';
import { dayLabel } from '../../time/format.js';
import { stripDays, type StripDay, type StripMark } from './strip-days.js';

const MOST_MARKS = 5;

const titleOf = ({ time, word, notes }: StripMark): string =>
  [`${time}: ${word}`, ...notes.map(noteInWords)].join('\n');

const Mark = ({ mark }: { readonly mark: StripMark }) => (
  <li title={titleOf(mark)} class={mark.notes.length > 0 && mark.key.startsWith('next') ? 'noted' : undefined}>
    <StatusMark status={mark.status} />
    <span>{mark.time}</span>
    <span class="visually-hidden">
      {mark.word} {mark.notes.map(noteInWords).join(', ')}
    </span>
  </li>
);

const Day = ({ day: { date, when, change, marks } }: { readonly day: StripDay }) => {
  const [weekday, ...rest] = dayLabel(Date.parse(`${date}T00:00:00Z`), 'UTC').split(' ');
  const hidden = marks.length - MOST_MARKS;
  return (
    <li class={`strip-day ${when}`} data-date={date} aria-current={when === 'today' ? 'date' : undefined}>
      <div class="strip-date">
        <span class="muted">{when === 'today' ? 'Today' : weekday}</span>
        <span>{rest.join(' ')}</span>
      </div>
      {change && (
        <div class="strip-change" title={`The local clock changes by ${jumpInWords(change.jump_minutes)} on this day`}>
          clock {jumpInWords(change.jump_minutes)}
        </div>
      )}
      <ul>
        {marks.slice(0, MOST_MARKS).map((mark) => (
          <Mark key={mark.key} mark={mark} />
        ))}
      </ul>
      {hidden > 0 && <div class="muted small">+ {hidden} more</div>}
    </li>
  );
};

const LEGEND = [
  ['completed', 'on time'],
  ['late', 'late, or at a later attempt'],
  ['dead', 'dead'],
  ['skipped', 'skipped'],
  ['coalesced', 'made up for'],
  ['scheduled', 'planned'],
] as const;

/** Today in the middle, and a whole day at the left edge. */
const startOfView = ({ offsetLeft, offsetWidth }: HTMLElement, width: number): number =>
  Math.ceil((offsetLeft - width / 2) / offsetWidth) * offsetWidth;

export const DayStrip = ({ timeline }: { readonly timeline: Schemas['Timeline'] }) => {
  const strip = useRef<HTMLOListElement>(null);
  const days = stripDays(timeline, now.value);
  useEffect(() => {
    const today = strip.current?.querySelector<HTMLElement>('.today');
    if (today && strip.current) strip.current.scrollLeft = startOfView(today, strip.current.clientWidth);
  }, [timeline.zone]);
  return (
    <>
      <ol class="strip" ref={strip} tabIndex={0} aria-label="Local days">
        {days.map((day) => (
          <Day key={day.date} day={day} />
        ))}
      </ol>
      <div class="legend strip-legend">
        {LEGEND.map(([status, word]) => (
          <span key={status}>
            <StatusMark status={status} /> {word}
          </span>
        ))}
      </div>
    </>
  );
};
