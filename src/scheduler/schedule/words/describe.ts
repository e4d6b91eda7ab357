// A schedule in words: when it runs, in which zone, and the days on which clock changes matter.
import { checkOptions, type RulesOf } from '../../../base/options/check-options.js';
import { instant, required } from '../../../base/options/option-rules.js';
import { anchorDayOf } from '../sequence/anchor.js';
import { isoWeekday, modulo, parseDate, parseTime } from '../civil.js';
import { compileSchedule, type CompiledSchedule, type CompileOptions } from '../compile-schedule.js';
import { clockChanges, dateInWords, timeOf } from './clock-changes.js';
import { MONTHS } from './cron-days.js';
import { cronInWords } from './cron-in-words.js';
import { list } from './list.js';
import { checkedInstant, NEXT_RUN_RULES } from '../next-run.js';
import type { MonthCycle } from '../sequence/local-sequence.js';
import { normalizeSchedule } from '../input/parse-schedule.js';
import type { ScheduleDefaults } from '../input/schedule-defaults.js';
import type { Schedule, ScheduleLike } from '../schedule.js';

export interface DescribeOptions extends ScheduleDefaults, Partial<CompileOptions> {
  /** Clock changes within a year after this are described. */
  readonly after: Date;
}

const RULES: RulesOf<DescribeOptions> = { ...NEXT_RUN_RULES, after: required(instant) };

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const ALL_MONTHS = MONTHS.map((_, month) => month);

const monthName = (monthIndex: number): string => MONTHS[modulo(monthIndex, 12)] as string;

const every = (interval: number, unit: string): string =>
  interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`;

/** The longest and the shortest a month can be. */
const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const longest = (month: number): number => LENGTHS[modulo(month, 12)] as number;
const shortest = (month: number): number => (modulo(month, 12) === 1 ? 28 : longest(month));

/** The day, if none of the months is long enough for it: always their last. */
function monthDay({ monthEnd }: Schedule, day: number, months: readonly number[]): string {
  if (monthEnd === 'clamp' && months.every((month) => day >= longest(month))) return 'the last day';
  const short = months.some((month) => shortest(month) < day);
  if (!short) return `day ${day}`;
  return `day ${day} ${monthEnd === 'clamp' ? '(the last day of shorter months)' : '(months without that day are left out)'}`;
}

/** The months of the year in which it runs; null if they vary. */
function monthsOf({ phase, step }: MonthCycle): number[] | null {
  if (12 % step !== 0) return null;
  return Array.from({ length: 12 / step }, (_, i) => (phase % step) + i * step);
}

function everyYear({ schedule }: CompiledSchedule, { phase, day }: MonthCycle, time: string): string {
  const years = every(schedule.interval, 'year');
  if (day > longest(phase)) return `${years} on the last day of ${monthName(phase)} at ${time}`;
  const other = schedule.monthEnd === 'clamp' ? ' (the last of February in other years)' : ' (leap years only)';
  return `${years} on ${day} ${monthName(phase)}${day > shortest(phase) ? other : ''} at ${time}`;
}

function byMonths(compiled: CompiledSchedule, cycle: MonthCycle, time: string): string {
  const { schedule } = compiled;
  const { frequency, interval } = schedule;
  if (frequency === 'yearly') return everyYear(compiled, cycle, time);
  const months = monthsOf(cycle);
  const which = monthDay(schedule, cycle.day, months ?? ALL_MONTHS);
  if (frequency === 'monthly' && interval === 1) {
    return which === 'the last day' ? `every last day of the month at ${time}` : `every month on ${which} at ${time}`;
  }
  const unit = every(interval, frequency === 'monthly' ? 'month' : 'quarter');
  if (months !== null || cycle.step % 12 === 0) {
    const [day, note = ''] = which.split(/ (?=\()/);
    return `${unit} on ${day} of ${list((months ?? [cycle.phase]).map(monthName))}${note && ` ${note}`} at ${time}`;
  }
  const from = `${monthName(cycle.phase)} ${Math.floor(cycle.phase / 12)}`;
  return `${unit}, counted from ${from}, on ${which} at ${time}`;
}

function hourly({ interval }: Schedule, time: string): string {
  const [, minutes, seconds] = time.split(':') as [string, string, string?];
  const past = seconds === undefined ? `${minutes} past` : `${Number(minutes)} minutes ${Number(seconds)} seconds past`;
  return `${every(interval, 'hour')} ${past === '00 past' ? 'on the hour' : `at ${past}`}`;
}

function pattern(compiled: CompiledSchedule, anchorDay: number): string {
  const { schedule } = compiled;
  const { frequency, interval } = schedule;
  if (schedule.cron !== null) return cronInWords(schedule.cron);
  const time = timeOf(parseTime(schedule.time ?? '09:00'));
  if (frequency === 'hourly') return hourly(schedule, time);
  if (frequency === 'daily') return `${every(interval, 'day')} at ${time}`;
  if (compiled.monthCycle) return byMonths(compiled, compiled.monthCycle, time);
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

/** A schedule in English words, such as `every day at 02:30, New York time; on 8 March 2026 02:30 does not exist and runs at 03:30`. */
export function describeSchedule(input: ScheduleLike, options: DescribeOptions): string {
  checkOptions('INVALID_INPUT', 'describeSchedule', options, RULES);
  const { after, anchor = after, zones, ...defaults } = options;
  const afterMs = checkedInstant(after);
  const schedule = normalizeSchedule(input, defaults);
  const compiled = compileSchedule(schedule, zones ? { anchor, zones } : { anchor });
  const anchorDay = anchorDayOf(schedule, compiled.zone, anchor.getTime());
  const sentence = `${pattern(compiled, anchorDay)}, ${zoneInWords(schedule.timezone)}${limits(schedule)}`;
  return [sentence, ...clockChanges(compiled, afterMs)].join('; ');
}
