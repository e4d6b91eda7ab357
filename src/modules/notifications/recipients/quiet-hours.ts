// Quiet hours: windows of a week in which nothing is sent to a recipient. An instant is quiet if the recipient's clock shows a time within
// a window, so that clock changes need no rule of their own.
import { runtimeZones, type ZoneOffsets } from '../../../scheduler/public.js';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** From and to, `HH:MM`; `24:00` is the end of the day, and a window that ends before it begins continues into the next day. */
export type QuietWindow = readonly [from: string, to: string];
export type QuietHours = Readonly<Partial<Record<Day | 'daily', readonly QuietWindow[]>>>;

/** Milliseconds of the local week, Monday 00:00 being 0; sorted, none touches another, none crosses the end of the week. */
export type QuietWeek = readonly (readonly [from: number, to: number])[];

const MINUTE = 60_000;
const DAY_MS = 1_440 * MINUTE;
const WEEK_MS = 7 * DAY_MS;
/** 5 January 1970 was a Monday. */
const FIRST_MONDAY = 4 * DAY_MS;
/** A window ends within a week; each round of the search ends at its end or at a clock change. */
const MOST_ROUNDS = 100;

/** Milliseconds after midnight of `HH:MM`. */
const timeOfDay = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * MINUTE;

/** Pure. The windows of a whole week, merged. Expects checked quiet hours. */
export function quietWeek(hours: QuietHours): QuietWeek {
  const windows = DAYS.flatMap((day, index) =>
    (hours[day] ?? hours.daily ?? []).flatMap(([from, to]) => {
      const [begin, end] = [timeOfDay(from), timeOfDay(to)];
      const start = index * DAY_MS + begin;
      return withinWeek(start, start + end - begin + (end <= begin ? DAY_MS : 0));
    }),
  );
  return merged(windows);
}

/** A window that continues after Sunday wraps around to Monday. */
const withinWeek = (from: number, to: number): [number, number][] =>
  to <= WEEK_MS
    ? [[from, to]]
    : [
        [from, WEEK_MS],
        [0, to - WEEK_MS],
      ];

function merged(windows: readonly (readonly [number, number])[]): QuietWeek {
  const week: [number, number][] = [];
  for (const [from, to] of [...windows].sort(([a], [b]) => a - b)) {
    const last = week.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else week.push([from, to]);
  }
  return week;
}

/** True if there is no time of the week at which something may be sent. */
export const isAlwaysQuiet = (week: QuietWeek): boolean =>
  week.length === 1 && week[0]?.[0] === 0 && week[0][1] === WEEK_MS;

/**
 * The first instant at or after `instant` that is not quiet; null when `instant` itself is not. `timezone` is an IANA zone. Throws
 * RangeError for a week that is quiet throughout.
 */
export function quietUntil(week: QuietWeek, timezone: string, instant: Date): Date | null {
  if (isAlwaysQuiet(week)) throw new RangeError('these quiet hours never end');
  const zone = runtimeZones.of(timezone);
  let at = instant.getTime();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = endOfQuiet(week, zone, at);
    if (next === null) return round === 0 ? null : new Date(at);
    at = next;
  }
  throw new RangeError('these quiet hours do not end');
}

/** The end of the window at `ms`, or an earlier clock change; null outside the windows. */
function endOfQuiet(week: QuietWeek, zone: ZoneOffsets, ms: number): number | null {
  const { offset, end } = zone.spanAt(ms);
  const local = (((ms + offset - FIRST_MONDAY) % WEEK_MS) + WEEK_MS) % WEEK_MS;
  const window = week.find(([from, to]) => from <= local && local < to);
  return window === undefined ? null : Math.min(ms + window[1] - local, end);
}
