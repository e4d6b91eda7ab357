// The local time of a zone at an instant.
import { DAY, formatLocal, formatOffset } from '../civil.js';
import { startOfDay } from '../sequence/start-of-day.js';
import { runtimeZones } from '../compile-schedule.js';

export interface LocalTime {
  /** Wall clock `YYYY-MM-DDTHH:MM:SS`. */
  readonly local: string;
  /** `-04:00`. */
  readonly utcOffset: string;
}

/** The zone must be known; instants in epoch ms. */
export function localTime(timezone: string, atMs: number): LocalTime {
  const { offset } = runtimeZones.of(timezone).spanAt(atMs);
  return { local: formatLocal(atMs + offset), utcOffset: formatOffset(offset) };
}

/** The start of the local day that is this many days after (before, if negative) the day of an instant; epoch ms. */
export function localDayStart(timezone: string, atMs: number, days = 0): number {
  const zone = runtimeZones.of(timezone);
  return startOfDay(zone, Math.floor((atMs + zone.spanAt(atMs).offset) / DAY) + days);
}
