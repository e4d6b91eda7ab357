// The world as input: one subscriber in every city of the list, in that city's own zone, with schedules of every kind.
import cityTimezones from 'city-timezones';
import { nextRun, type ScheduleJson } from '../../src/scheduler/schedule/index.js';

export interface Subscriber {
  readonly city: string;
  readonly country: string;
  readonly timezone: string;
  readonly frequency: NonNullable<ScheduleJson['frequency']>;
  /** What the schedule has beyond frequency and zone. */
  readonly schedule: ScheduleJson;
  readonly active: boolean;
  readonly paused: boolean;
  /** The first occurrence after the moment asked for; null: none. */
  readonly nextRunAt: Date | null;
}

export interface World {
  readonly subscribers: readonly Subscriber[];
  /** Cities that had to be left out: without a zone in the data, or with one that this runtime does not know. */
  readonly withoutZone: number;
  readonly unknownZones: Readonly<Record<string, number>>;
}

type Pattern = Pick<Subscriber, 'frequency' | 'schedule'>;

const pad = (n: number): string => String(n).padStart(2, '0');
const morning = (n: number): string => `${pad(6 + (n % 5))}:${n % 2 === 0 ? '00' : '30'}`;
const CRONS = ['0 9 * * 1-5', '*/30 8-18 * * *', '0 18 * * FRI', '0 12 L * *'];

/** A hundred patterns; city number n gets the n-th of them, modulo a hundred. */
function patternOf(n: number): Pattern {
  const share = (n * 37) % 100;
  if (share < 55) return { frequency: 'daily', schedule: { time: morning(n) } };
  if (share < 63) return { frequency: 'hourly', schedule: { time: `00:${pad(n % 60)}` } };
  if (share < 78) return { frequency: 'weekly', schedule: { time: '09:00', day_of_week: 1 + (n % 7) } };
  if (share < 88) return { frequency: 'monthly', schedule: { time: '08:00', day_of_month: 1 + (n % 31) } };
  if (share < 92)
    return { frequency: 'quarterly', schedule: { time: '10:00', day_of_month: 1 + (n % 31), month: 1 + (n % 3) } };
  if (share < 95)
    return { frequency: 'yearly', schedule: { time: '12:00', day_of_month: 1 + (n % 28), month: 1 + (n % 12) } };
  return { frequency: 'cron', schedule: { cron: CRONS[n % CRONS.length] } };
}

const zonesKnown = new Map<string, boolean>();

function isKnown(timezone: string): boolean {
  let known = zonesKnown.get(timezone);
  if (known === undefined) {
    try {
      nextRun({ timezone }, new Date(0));
      known = true;
    } catch {
      known = false;
    }
    zonesKnown.set(timezone, known);
  }
  return known;
}

interface City {
  readonly city: string;
  readonly country: string;
  /** The data has null for some, whatever its types say. */
  readonly timezone: string | null;
}

/** Everybody, with the occurrence that was next at `since`: what lies between then and now is due. */
export function createWorld(since: Date, cities: readonly City[] = cityTimezones.cityMapping): World {
  const unknownZones: Record<string, number> = {};
  const subscribers: Subscriber[] = [];
  let withoutZone = 0;
  for (const [n, { city, country, timezone }] of cities.entries()) {
    if (!timezone) withoutZone += 1;
    else if (!isKnown(timezone)) unknownZones[timezone] = (unknownZones[timezone] ?? 0) + 1;
    else {
      const { frequency, schedule } = patternOf(n);
      const nextRunAt = nextRun({ frequency, timezone, ...schedule }, since);
      subscribers.push({
        city,
        country,
        timezone,
        frequency,
        schedule,
        active: n % 40 !== 39,
        paused: n % 50 === 49,
        nextRunAt,
      });
    }
  }
  return { subscribers, withoutZone, unknownZones };
}

/** How many are due at `now`. */
export const dueAt = ({ subscribers }: World, now: Date): number =>
  subscribers.filter(({ active, paused, nextRunAt }) => active && !paused && nextRunAt !== null && nextRunAt <= now)
    .length;
