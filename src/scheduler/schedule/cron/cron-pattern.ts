// Reads a cron pattern into sets of numbers. The dialect is croner's where both support a notation (a property test checks this), plus
// notations that most other schedulers accept: ranges that wrap, `3/5`, full names, `L-3`.
import { cronFields, CronSyntaxError } from './cron-fields.js';

export { CronSyntaxError } from './cron-fields.js';

export interface CronPattern {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 … 12. */
  readonly months: ReadonlySet<number>;
  /** Days of the month as bits 1 … 31. */
  readonly days: number;
  /** `15W`: the weekday nearest to that day. */
  readonly nearestWeekdays: readonly number[];
  /** Days before the last of the month: 0 for `L`, 3 for `L-3`. */
  readonly lastDays: readonly number[];
  /** The weekday nearest to such a day: 0 for `LW`, 3 for `L-3W`. */
  readonly lastWeekdays: readonly number[];
  /** By weekday, 0 = Sunday: bit n is the n-th of the month, bit 6 the last; 0: not named. */
  readonly weekdays: readonly number[];
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
  /** Day of month and day of week must both match (`+` before the weekday); otherwise one of them is enough. */
  readonly bothDays: boolean;
  /** The hour field is exactly `*` or `*` with a step: fires in real time, through any change of offset. */
  readonly realTime: boolean;
}

/** Bits 1 … 5 of a weekday: each one of the month. */
export const EVERY = 0b0111110;
export const LAST = 1 << 6;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** The maximum step. */
  readonly size: number;
  readonly names?: readonly string[];
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const FIELDS = {
  second: { name: 'second', min: 0, max: 59, size: 60 },
  minute: { name: 'minute', min: 0, max: 59, size: 60 },
  hour: { name: 'hour', min: 0, max: 23, size: 24 },
  day: { name: 'day of month', min: 1, max: 31, size: 31 },
  month: { name: 'month', min: 1, max: 12, size: 12, names: MONTHS },
  weekday: { name: 'day of week', min: 0, max: 7, size: 7, names: WEEKDAYS },
} as const satisfies Record<string, Field>;

function fail(field: Field, part: string, what: string): never {
  const shown = part.length > 40 ? `${part.slice(0, 40)}…` : part;
  throw new CronSyntaxError(`${field.name} "${shown}": ${what}`);
}

const short = (name: string | undefined): string => (name ?? '').slice(0, 3);
const rangeOf = (field: Field): string =>
  `${field.min} to ${field.max}${field.names ? ` or ${short(field.names[0])} to ${short(field.names.at(-1))}` : ''}`;

/** By its full name or at least its first three letters. */
const nameIndex = (field: Field, text: string): number =>
  text.length < 3 ? -1 : (field.names?.findIndex((name) => name.startsWith(text)) ?? -1);

function toNumber(field: Field, text: string, part: string): number {
  const named = nameIndex(field, text);
  const value = named >= 0 ? named + field.min : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(value >= field.min && value <= field.max)) return fail(field, part, `must be ${rangeOf(field)}`);
  return value;
}

function toStep(field: Field, text: string, part: string): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > field.size) return fail(field, part, `the step must be 1 to ${field.size}`);
  return step;
}

const everyNth = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** The highest value without Sunday's second number. */
const topOf = (field: Field): number => (field === FIELDS.weekday ? 6 : field.max);

/** One item of a list: `*`, `*` or a range or a number with a step, a range (which may wrap), a number. */
function expand(field: Field, text: string, part = text): number[] {
  const [base = '', stepText, ...rest] = text.split('/');
  if (rest.length > 0) return fail(field, part, 'only one / is allowed');
  const step = stepText === undefined ? null : toStep(field, stepText, part);
  if (base === '*') return everyNth(field.min, topOf(field), step ?? 1);
  const ends = base.split('-');
  if (ends.length > 2) return fail(field, part, 'a range has two ends');
  const low = toNumber(field, ends[0] as string, part);
  if (ends.length === 2) return range(field, { low, ends: ends as [string, string], step, part });
  if (step === null) return [low];
  if (field === FIELDS.weekday) return fail(field, part, 'a step needs * or a range before it');
  return everyNth(low, field.max, step);
}

interface Range {
  readonly low: number;
  readonly ends: readonly [string, string];
  readonly step: number | null;
  readonly part: string;
}

function range(field: Field, { low, ends, step, part }: Range): number[] {
  const high = upperEnd(field, ends[1], part);
  if (field === FIELDS.weekday && low % 7 === high % 7 && (ends.some((end) => !/^\d+$/.test(end)) || low > high)) {
    return fail(field, part, 'schedulers read it either as one day or as the whole week: write the day alone, or *');
  }
  if (low <= high) return everyNth(low, high, step ?? 1);
  if (step !== null)
    return fail(field, part, 'a range that wraps around cannot have a step: its items are counted differently');
  return [...everyNth(low, topOf(field), 1), ...everyNth(field.min, high, 1)];
}

/** Sunday at the end of a range is the seventh day. */
function upperEnd(field: Field, text: string, part: string): number {
  const value = toNumber(field, text, part);
  return field === FIELDS.weekday && value === 0 && text !== '0' ? 7 : value;
}

/** The items of a list, each once: a thousand commas cost no more than the distinct items between them. */
function items(field: Field, text: string): Set<string> {
  const parts = new Set(text.split(','));
  if (parts.has('')) return fail(field, text, 'there is nothing between two commas');
  return parts;
}

function numbers(field: Field, text: string): number[] {
  const values = new Set<number>();
  for (const part of items(field, text)) for (const value of expand(field, part)) values.add(value);
  return [...values].sort((a, b) => a - b);
}

/** `*` and every n-th with n = 1 are not a restriction, also in a list. */
const isUnrestricted = (text: string): boolean => text.split(',').some((part) => part === '*' || part === '*/1');

type DayFields = Pick<CronPattern, 'days' | 'nearestWeekdays' | 'lastDays' | 'lastWeekdays' | 'anyDay'>;

const FROM_THE_END = /^l(?:-(\d{1,2}))?(w)?$/;

function parseDays(text: string): DayFields {
  const field = FIELDS.day;
  let days = 0;
  const [nearestWeekdays, lastDays, lastWeekdays]: [number[], number[], number[]] = [[], [], []];
  for (const part of items(field, text)) {
    const [fromEnd, before, weekday] = FROM_THE_END.exec(part) ?? [];
    if (fromEnd !== undefined) {
      const offset = Number(before ?? 0);
      if (offset > 30) fail(field, part, 'after L- stands 0 to 30');
      (weekday ? lastWeekdays : lastDays).push(offset);
    } else if (part.endsWith('w')) nearestWeekdays.push(toNumber(field, part.slice(0, -1), part));
    else for (const day of expand(field, part)) days |= 1 << day;
  }
  return { days, nearestWeekdays, lastDays, lastWeekdays, anyDay: isUnrestricted(text) };
}

function nthOf(part: string): { base: string; mask: number } {
  const field = FIELDS.weekday;
  const [base = '', nth, ...rest] = part.split('#');
  if (rest.length > 0) fail(field, part, 'only one # is allowed');
  if (nth === 'l') return { base, mask: LAST };
  if (nth !== undefined) {
    if (!/^[1-5]$/.test(nth)) fail(field, part, 'after # stands 1 to 5 or L');
    return { base, mask: 1 << Number(nth) };
  }
  return base.endsWith('l') ? { base: base.slice(0, -1), mask: LAST } : { base, mask: EVERY };
}

function parseWeekdays(text: string): Pick<CronPattern, 'weekdays' | 'anyWeekday' | 'bothDays'> {
  const bothDays = text.startsWith('+');
  const list = bothDays ? text.slice(1) : text;
  const weekdays = [0, 0, 0, 0, 0, 0, 0];
  for (const part of items(FIELDS.weekday, list)) {
    const { base, mask } = nthOf(part);
    if (mask !== EVERY && base.includes('*')) fail(FIELDS.weekday, part, 'a # or L needs a weekday before it');
    for (const day of expand(FIELDS.weekday, base, part)) weekdays[day % 7] = (weekdays[day % 7] as number) | mask;
  }
  return { weekdays, anyWeekday: isUnrestricted(list), bothDays };
}

/** Schedulers differ on whether the other day field then decides alone, or neither does. */
function refuseHiddenAny(
  day: string,
  weekday: string,
  { anyDay, anyWeekday }: Pick<CronPattern, 'anyDay' | 'anyWeekday'>,
): void {
  const why =
    'a list with * names every day, and schedulers differ on what the other day field then means: write * alone';
  if (anyDay && !anyWeekday && day.includes(',')) fail(FIELDS.day, day, why);
  if (anyWeekday && !anyDay && weekday.includes(',')) fail(FIELDS.weekday, weekday, why);
}

/** Parses five fields, six with seconds first, or a macro. Throws CronSyntaxError, which names the field and the allowed values. */
export function parseCron(expression: string): CronPattern {
  const { second, minute, hour, day, month, weekday } = cronFields(expression);
  const days = parseDays(day);
  const weekdays = parseWeekdays(weekday);
  refuseHiddenAny(day, weekday, { ...days, ...weekdays });
  return {
    seconds: numbers(FIELDS.second, second),
    minutes: numbers(FIELDS.minute, minute),
    hours: numbers(FIELDS.hour, hour),
    months: new Set(numbers(FIELDS.month, month)),
    ...days,
    ...weekdays,
    realTime: /^\*(\/\d+)?$/.test(hour),
  };
}
