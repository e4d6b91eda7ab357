// A range of local dates for calendars and comparisons: validated, and as the instants that it spans.
import { SchedulerError, type FieldError } from '../../../base/errors.js';
import { DAY, dayNumber, HOUR, parseDate } from '../civil.js';
import { startOfDay } from '../sequence/start-of-day.js';
import type { ZoneOffsets } from '../zones/zone-offsets.js';

/** Both inclusive. */
export interface LocalRange {
  /** Local date `YYYY-MM-DD`. */
  readonly from: string;
  /** Local date `YYYY-MM-DD`. */
  readonly to: string;
}

/** As day numbers. */
export interface LocalDays {
  readonly first: number;
  readonly last: number;
}

/** A year, and the days of the weeks at its ends. */
const MOST_DAYS = 370;
const EARLIEST = dayNumber(1900, 1, 1);
const LATEST = dayNumber(9999, 12, 31);

const refuse = (...errors: FieldError[]): SchedulerError =>
  new SchedulerError('INVALID_INPUT', errors.map(({ path, message }) => `${path} ${message}`).join('; '), { errors });

function dayOf(path: 'from' | 'to', date: string): number {
  const day = parseDate(date);
  if (day !== null && day >= EARLIEST && day <= LATEST) return day;
  throw refuse({ path, message: 'must be a date that exists, YYYY-MM-DD, from 1900 on' });
}

/** Throws INVALID_INPUT for dates that do not exist, in the wrong order, or too far apart. */
export function localDays({ from, to }: LocalRange): LocalDays {
  const [first, last] = [dayOf('from', from), dayOf('to', to)];
  if (last < first) throw refuse({ path: 'to', message: 'must not be before from' });
  if (last - first >= MOST_DAYS) throw refuse({ path: 'to', message: `must be within ${MOST_DAYS} days of from` });
  return { first, last };
}

/** No clock is put back across midnight by more. */
const OVER_MIDNIGHT = 3 * HOUR;

/** Contains every instant of these local days, and, where a clock goes back across midnight, some of the next one. */
export const spanOf = (zone: ZoneOffsets, { first, last }: LocalDays): { fromMs: number; untilMs: number } => ({
  fromMs: startOfDay(zone, first),
  untilMs: startOfDay(zone, last + 1) + OVER_MIDNIGHT,
});

/** Day number of the local date at an instant. */
export const localDayAt = (zone: ZoneOffsets, atMs: number): number =>
  Math.floor((atMs + zone.spanAt(atMs).offset) / DAY);
