// Formats times, durations and numbers for the sentences. Pure.
import { localTime } from '../../scheduler/schedule/index.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Present {
  readonly now: Date;
  readonly zone: string;
}

/** `4 May at 09:00`, with the year when it is another one, and with seconds where there are any. */
export function moment(at: Date, { now, zone }: Present): string {
  const { local } = localTime(zone, at.getTime());
  const [year = '', month = '', day = ''] = local.slice(0, 10).split('-');
  const time = local.slice(11).replace(/:00$/, '');
  const isThisYear = localTime(zone, now.getTime()).local.startsWith(`${year}-`);
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''}${isThisYear ? '' : ` ${year}`} at ${time}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `12 ms`, `4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const unit = UNITS[first];
  if (unit === undefined) return `${Math.round(ms)} ms`;
  const next = UNITS[first + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % unit[1]) / next[1]);
  return `${Math.floor(ms / unit[1])} ${unit[0]}${next !== undefined && rest > 0 ? ` ${rest} ${next[0]}` : ''}`;
}

/** `in 5 min`, `3 s ago`, `now`. */
export function distance(at: Date, { now }: Present): string {
  const ms = at.getTime() - now.getTime();
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `in ${duration(ms)}` : `${duration(-ms)} ago`;
}

/** `1 occurrence`, `1,200 occurrences`. */
export const occurrences = (n: number): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? 'occurrence' : 'occurrences'}`;

/** `: what it says`, without a full stop of its own; empty when there is none. */
export const colon = (error: string | null): string => (error === null ? '' : `: ${error.trim().replace(/\.$/, '')}`);
