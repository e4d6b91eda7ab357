// A time in the selected zone with the relative time. The tooltip shows it in full, with UTC.
import { present } from '../time/clock.js';
import { relativeTime, shortTime, wholeTime } from '../time/format.js';
import { zoneFor } from '../time/zones.js';

interface TimeProps {
  readonly at: string | null | undefined;
  /** Time zone of the item that this time belongs to. */
  readonly own?: string | null | undefined;
  /** Shown if there is no time. */
  readonly none?: string;
  readonly relative?: boolean;
}

export const Time = ({ at, own, none = '–', relative = true }: TimeProps) => {
  if (!at) return <span class="muted">{none}</span>;
  const zone = zoneFor(own);
  return (
    <time dateTime={at} title={`${wholeTime(at, zone)}\n${at}`} class="time">
      <span class="nowrap">{shortTime(at, zone, present())}</span>
      {relative && ' '}
      {relative && <span class="relative">{relativeTime(at, present())}</span>}
    </time>
  );
};
