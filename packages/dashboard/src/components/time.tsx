// A moment: absolute in the chosen zone, and how long ago or ahead it is. In full, with UTC, when pointed at.
import { present } from '../time/clock.js';
import { relativeTime, shortTime, wholeTime } from '../time/format.js';
import { zoneFor } from '../time/zones.js';

interface TimeProps {
  readonly at: string | null | undefined;
  /** The zone of the thing this time belongs to. */
  readonly own?: string | null | undefined;
  /** Instead of a time that is not there. */
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
