// The times of day of a cron pattern in words, from its parsed fields. Null: no sentence would be shorter than the pattern.
import type { CronPattern } from '../cron/cron-pattern.js';
import { clock, list } from './list.js';

type Times = Pick<CronPattern, 'hours' | 'minutes' | 'seconds'>;

/** Beyond this, a list is harder to read than the pattern. */
const MOST_LISTED = 8;

/** n if the numbers are 0, n, 2n … up to `size` and wrap around evenly; 1 for all of them; null otherwise. */
function evenStep(numbers: readonly number[], size: number): number | null {
  const step = size / numbers.length;
  return Number.isInteger(step) && numbers.every((n, index) => n === index * step) ? step : null;
}

const isRun = (numbers: readonly number[]): boolean =>
  numbers.length > 2 && numbers.every((n, index) => n === (numbers[0] as number) + index);

const every = (step: number, unit: string): string => (step === 1 ? `every ${unit}` : `every ${step} ${unit}s`);

/** `at minutes 7, 14 and 21`. */
const named = (numbers: readonly number[], unit: string): string | null => {
  if (isRun(numbers)) return `${unit}s ${numbers[0]} to ${numbers.at(-1)}`;
  if (numbers.length > MOST_LISTED) return null;
  return `${unit}${numbers.length > 1 ? 's' : ''} ${list(numbers.map(String))}`;
};

/** Few enough to be named one by one: `at 09:00, 12:00 and 15:00`. */
function listed({ hours, minutes, seconds }: Times): string | null {
  if (hours.length * minutes.length * seconds.length > MOST_LISTED) return null;
  const times = hours.flatMap((h) => minutes.flatMap((m) => seconds.map((s) => clock(h, m, s))));
  return `at ${list(times)}`;
}

/** From the first to the last of neighbouring hours: `every 15 minutes from 09:00 to 17:45`, `every hour from 09:30 to 17:30`. */
function fromTo({ hours, minutes, seconds }: Times): string | null {
  const [from, to] = [hours[0] as number, hours.at(-1) as number];
  if (seconds.length !== 1 || seconds[0] !== 0 || to - from !== hours.length - 1 || hours.length === 24) return null;
  const step = evenStep(minutes, 60);
  const last = minutes.at(-1) as number;
  if (minutes.length === 1) return `every hour from ${clock(from, last)} to ${clock(to, last)}`;
  return step === null ? null : `${every(step, 'minute')} from ${clock(from, 0)} to ${clock(to, last)}`;
}

/** `every 2 hours from 00:30`. */
function everyFewHours({ hours, minutes, seconds }: Times): string | null {
  const step = evenStep(hours, 24);
  if (step === null || step === 1 || minutes.length > 1 || seconds.length > 1) return null;
  return `every ${step} hours from ${clock(0, minutes[0] as number, seconds[0])}`;
}

/** What happens within an hour: `every 15 minutes`, `at minutes 0 and 7`. */
function withinHour({ minutes, seconds }: Times): string | null {
  const perMinute = withinMinute(seconds);
  if (perMinute === null) return null;
  const step = evenStep(minutes, 60);
  if (step === 1) return perMinute === '' ? 'every minute' : perMinute.replace(/^at .*/, '$& of every minute');
  if (step !== null && step < 60 && perMinute === '') return every(step, 'minute');
  const names = named(minutes, 'minute');
  if (names === null) return null;
  return perMinute === '' ? `at ${names}` : `${perMinute} of ${names}`;
}

/** Empty: at the full minute. */
function withinMinute(seconds: readonly number[]): string | null {
  if (seconds.length === 1 && seconds[0] === 0) return '';
  const step = evenStep(seconds, 60);
  if (step !== null && step < 60) return every(step, 'second');
  const names = named(seconds, 'second');
  return names === null ? null : `at ${names}`;
}

function ofHours(hours: readonly number[], within: string): string | null {
  if (hours.length === 24) return /of minutes? \d|^at minutes? \d/.test(within) ? ' of every hour' : '';
  const names = named(hours, 'hour');
  return names === null ? null : ` of ${names}`;
}

/** `every hour on the hour`, `every hour at 30 minutes past`. */
function everyHour({ hours, minutes, seconds }: Times): string | null {
  if (hours.length < 24 || minutes.length > 1 || seconds.length > 1 || seconds[0] !== 0) return null;
  return minutes[0] === 0 ? 'every hour on the hour' : `every hour at ${minutes[0]} minutes past`;
}

export function timesInWords(times: Times): string | null {
  const plain = listed(times) ?? everyHour(times) ?? everyFewHours(times) ?? fromTo(times);
  if (plain !== null) return plain;
  const within = withinHour(times);
  const hours = within === null ? null : ofHours(times.hours, within);
  return hours === null ? null : `${within}${hours}`;
}
