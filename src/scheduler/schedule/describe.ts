// A schedule in words, for whoever set it: when it runs, in whose time, and the days on which the clock plays a trick.
import cronstrue from 'cronstrue';
import { anchorDayOf } from './anchor.js';
import { DAY, firstOfMonth, formatLocal, isoWeekday, modulo, monthIndexOf, parseDate, parseTime } from './civil.js';
import { compileSchedule, type CompiledSchedule, type CompileOptions } from './compile-schedule.js';
import { checkedInstant } from './next-run.js';
import { listOccurrences, type Occurrence } from './occurrences.js';
import { normalizeSchedule } from './parse-schedule.js';
import type { ScheduleDefaults } from './schedule-defaults.js';
import type { Schedule, ScheduleLike } from './schedule.js';

export interface DescribeOptions extends ScheduleDefaults, Partial<CompileOptions> {
  /** Days on which the clock is changed are told for the year after this. */
  readonly after: Date;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const MOST_EXCEPTIONS = 3;
const LOOK_AHEAD = { occurrences: 400, ms: 366 * DAY };

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

const monthName = (monthIndex: number): string => MONTHS[modulo(monthIndex, 12)] as string;

const every = (interval: number, unit: string): string =>
  interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`;

function dateInWords(day: number): string {
  const month = monthIndexOf(day);
  return `${day - firstOfMonth(month) + 1} ${monthName(month)} ${Math.floor(month / 12)}`;
}

const timeOf = (local: number): string => formatLocal(local).slice(11).replace(/:00$/, '');

function shortMonths({ monthEnd }: Schedule, day: number): string {
  if (day <= 28) return '';
  return monthEnd === 'clamp' ? ' (the last day of shorter months)' : ' (months without that day are left out)';
}

function monthDay(schedule: Schedule, day: number): string {
  return day === 31 && schedule.monthEnd === 'clamp' ? 'the last day' : `day ${day}`;
}

function byMonths({ schedule, monthCycle }: CompiledSchedule, time: string): string {
  if (!monthCycle) return '';
  const { day, phase } = monthCycle;
  const which = monthDay(schedule, day);
  const short = which === 'the last day' ? '' : shortMonths(schedule, day);
  if (schedule.frequency === 'yearly') {
    const feb29 = phase % 12 === 1 && day > 28;
    const years = schedule.monthEnd === 'clamp' ? ' (the last of February in other years)' : ' (leap years only)';
    return `${every(schedule.interval, 'year')} on ${day} ${monthName(phase)}${feb29 ? years : ''} at ${time}`;
  }
  if (schedule.frequency === 'quarterly') {
    const months = schedule.interval === 1 ? list([0, 3, 6, 9].map((n) => n + (phase % 3)).map(monthName)) : null;
    if (months) return `every quarter on ${which} of ${months}${short} at ${time}`;
    return `every ${schedule.interval} quarters on ${which} of ${monthName(phase)}${short} at ${time}, and so on`;
  }
  if (which === 'the last day' && schedule.interval === 1) return `every last day of the month at ${time}`;
  return `${every(schedule.interval, 'month')} on ${which}${short} at ${time}`;
}

function cronInWords(cron: string): string {
  try {
    const text = cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: false });
    return `${text.charAt(0).toLowerCase()}${text.slice(1)} (cron ${cron})`;
  } catch {
    return `by cron ${cron}`;
  }
}

function pattern(compiled: CompiledSchedule, anchorDay: number): string {
  const { schedule } = compiled;
  const { frequency, interval } = schedule;
  if (schedule.cron !== null) return cronInWords(schedule.cron);
  const time = timeOf(parseTime(schedule.time ?? '09:00'));
  if (frequency === 'hourly')
    return `${every(interval, 'hour')} ${time.slice(3) === '00' ? 'on the hour' : `at ${time.slice(3)} past`}`;
  if (frequency === 'daily') return `${every(interval, 'day')} at ${time}`;
  if (frequency !== 'weekly') return byMonths(compiled, time);
  const weekday = WEEKDAYS[(schedule.dayOfWeek ?? isoWeekday(anchorDay)) - 1] as string;
  return interval === 1 ? `every ${weekday} at ${time}` : `every ${interval} weeks on ${weekday} at ${time}`;
}

function zoneInWords(timezone: string): string {
  if (/^(Etc\/)?(UTC|GMT|UCT|Universal|Zulu)$/.test(timezone)) return 'UTC';
  if (timezone.startsWith('Etc/') || !timezone.includes('/')) return `${timezone} time`;
  return `${timezone.slice(timezone.lastIndexOf('/') + 1).replaceAll('_', ' ')} time`;
}

function limits({ startsOn, endsOn }: Schedule): string {
  const from = startsOn === null ? '' : `, from ${dateInWords(parseDate(startsOn) as number)}`;
  return `${from}${endsOn === null ? '' : `, until ${dateInWords(parseDate(endsOn) as number)}`}`;
}

function exception({ zone }: CompiledSchedule, { atMs, nominalLocal, notes }: Occurrence, twice: boolean): string {
  const nominalDay = Math.floor(nominalLocal / DAY);
  const when = `on ${dateInWords(nominalDay)} ${timeOf(nominalLocal)}`;
  if (notes.includes('overlap_first')) return `${when} comes twice and runs ${twice ? 'both times' : 'the first time'}`;
  if (notes.includes('overlap_second')) return `${when} comes twice and runs the second time`;
  if (atMs === null) return `${when} does not exist and is left out`;
  const local = atMs + zone.spanAt(atMs).offset;
  const day = Math.floor(local / DAY);
  return `${when} does not exist and runs at ${timeOf(local)}${day === nominalDay ? '' : ` on ${dateInWords(day)}`}`;
}

/** Days within a year on which a local time does not exist or comes twice. */
function exceptions(compiled: CompiledSchedule, afterMs: number): string[] {
  if (compiled.realTime) return [];
  const coming = { afterMs, count: LOOK_AHEAD.occurrences, untilMs: afterMs + LOOK_AHEAD.ms };
  const strange = listOccurrences(compiled, coming).filter(({ notes }) =>
    notes.some((note) => /^(gap|overlap)/.test(note)),
  );
  const twice = (one: Occurrence): boolean =>
    strange.some((other) => other !== one && other.nominalLocal === one.nominalLocal);
  return strange
    .filter((one) => !(one.notes.includes('overlap_second') && twice(one)))
    .slice(0, MOST_EXCEPTIONS)
    .map((one) => exception(compiled, one, twice(one)));
}

/** A schedule in English words, such as `every day at 02:30, New York time; on 8 March 2026 02:30 does not exist and runs at 03:30`. */
export function describeSchedule(input: ScheduleLike, options: DescribeOptions): string {
  const { after, anchor = after, zones, ...defaults } = options;
  const afterMs = checkedInstant(after);
  const schedule = normalizeSchedule(input, defaults);
  const compiled = compileSchedule(schedule, zones ? { anchor, zones } : { anchor });
  const anchorDay = anchorDayOf(schedule, compiled.zone, anchor.getTime());
  const sentence = `${pattern(compiled, anchorDay)}, ${zoneInWords(schedule.timezone)}${limits(schedule)}`;
  return [sentence, ...exceptions(compiled, afterMs)].join('; ');
}
