// Times and durations as text. Pure: the zone and the present are parameters.

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
    formats.set(key, made);
  }
  return made;
}

const DAY_TIME: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
};
const WHOLE: Intl.DateTimeFormatOptions = {
  ...DAY_TIME,
  weekday: 'short',
  year: 'numeric',
  timeZoneName: 'longOffset',
};

const parts = (at: number, zone: string, options: Intl.DateTimeFormatOptions): Record<string, string> =>
  Object.fromEntries(
    format(zone, options)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };

/** `20:04:11` today, `28 Nov, 20:04:11` on another day, with the year in another year. */
export function shortTime(iso: string, zone: string, present: number): string {
  const at = Date.parse(iso);
  if (localDate(at, zone) === localDate(present, zone)) return format(zone, CLOCK).format(at);
  const isOtherYear = parts(at, zone, { year: 'numeric' }).year !== parts(present, zone, { year: 'numeric' }).year;
  return format(zone, isOtherYear ? { ...DAY_TIME, year: 'numeric' } : DAY_TIME).format(at);
}

/** `Sat, 28 Nov 2026, 20:04:11 GMT+09:00 (Asia/Tokyo)`. */
export const wholeTime = (iso: string, zone: string): string =>
  `${format(zone, WHOLE).format(Date.parse(iso))} (${zone})`;

/** `20:04`, and `20:04:30` where there are seconds. */
export function clockTime(at: number, zone: string): string {
  const text = format(zone, CLOCK).format(at);
  return text.endsWith(':00') ? text.slice(0, -3) : text;
}

/** `20:04`, whatever the seconds. */
export const minuteTime = (at: number, zone: string): string =>
  format(zone, { hour: '2-digit', minute: '2-digit' }).format(at);

/** `2026-11-28`, the local date. */
export function localDate(at: number, zone: string): string {
  const { year = '', month = '', day = '' } = parts(at, zone, { year: 'numeric', month: '2-digit', day: '2-digit' });
  return `${year.padStart(4, '0')}-${month}-${day}`;
}

/** `Sat 28 Nov`, of a moment. */
export const dayLabel = (at: number, zone: string): string =>
  format(zone, { weekday: 'short', day: 'numeric', month: 'short' }).format(at).replace(',', '');

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

function largest(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return '0 s';
}

/** `3 min ago`, `in 2 h`, `now`. */
export function relativeTime(iso: string, present: number): string {
  const ms = Date.parse(iso) - present;
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `in ${largest(ms)}` : `${largest(-ms)} ago`;
}

/** `12 ms`, `1.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[first] ?? UNITS[3];
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return `${Math.floor(ms / size)} ${unit}${next && rest > 0 ? ` ${rest} ${next[0]}` : ''}`;
}

const numbers = new Intl.NumberFormat('en-GB');
const compactNumbers = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });

/** `12,345`. */
export const number = (n: number): string => numbers.format(n);

/** `12.3k`, for tight places. */
export const compact = (n: number): string => (n < 10_000 ? numbers.format(n) : compactNumbers.format(n));

/** `1 job`, `3 jobs`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

const MB = 1_048_576;

/** Of memory: whole megabytes, or gigabytes with one digit. */
export const bytes = (n: number): string =>
  n < 1_024 * MB ? `${number(Math.round(n / MB))} MB` : `${(n / (1_024 * MB)).toFixed(1)} GB`;
