// Reads a cron pattern into sets of numbers. The dialect is croner's (a property test holds us to it), without its
// seventh field, its nicknames and its cost.

/** What is wrong with a pattern, in words for whoever wrote it. */
export class CronSyntaxError extends Error {
  override readonly name = 'CronSyntaxError';
}

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
  /** `L`. */
  readonly lastDay: boolean;
  /** `LW`. */
  readonly lastWeekday: boolean;
  /** By weekday, 0 = Sunday: bit n is the n-th of the month, bit 6 the last; 0: not named. */
  readonly weekdays: readonly number[];
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
  /** Day of month and day of week must both match (`+` before the weekday); else either, as cron has it. */
  readonly bothDays: boolean;
  /** The hour field is exactly `*` or `*` with a step: fires in real time, through any change of offset. */
  readonly realTime: boolean;
}

/** Bits 1 … 5 of a weekday: every one of the month. */
const EVERY = 0b0111110;
const LAST = 1 << 6;
const MAX_LENGTH = 2_048;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** How many values a step may span. */
  readonly size: number;
  readonly names?: readonly string[];
}

const FIELDS = {
  second: { name: 'second', min: 0, max: 59, size: 60 },
  minute: { name: 'minute', min: 0, max: 59, size: 60 },
  hour: { name: 'hour', min: 0, max: 23, size: 24 },
  day: { name: 'day of month', min: 1, max: 31, size: 31 },
  month: {
    name: 'month',
    min: 1,
    max: 12,
    size: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  weekday: { name: 'day of week', min: 0, max: 7, size: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
} as const satisfies Record<string, Field>;

function fail(field: Field, part: string, what: string): never {
  const shown = part.length > 40 ? `${part.slice(0, 40)}…` : part;
  throw new CronSyntaxError(`${field.name} "${shown}": ${what}`);
}

const rangeOf = (field: Field): string =>
  `${field.min} to ${field.max}${field.names ? ` or ${field.names[0]} to ${field.names.at(-1)}` : ''}`;

function toNumber(field: Field, text: string, part: string): number {
  const named = field.names?.indexOf(text) ?? -1;
  const value = named >= 0 ? named + field.min : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(value >= field.min && value <= field.max)) return fail(field, part, `must be ${rangeOf(field)}`);
  return value;
}

function toStep(field: Field, text: string, part: string): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > field.size) return fail(field, part, `the step must be 1 to ${field.size}`);
  return step;
}

/** One item of a list: `*`, `*` or a range with a step, a range, a number. */
function expand(field: Field, text: string, part = text): number[] {
  const [base = '', stepText, ...rest] = text.split('/');
  if (rest.length > 0) return fail(field, part, 'only one / may stand in it');
  const step = stepText === undefined ? 1 : toStep(field, stepText, part);
  let [low, high] = [field.min, field === FIELDS.weekday ? 6 : field.max] as [number, number];
  if (base !== '*') {
    const ends = base.split('-');
    if (ends.length > 2) return fail(field, part, 'a range has two ends');
    if (ends.length === 1 && stepText !== undefined) return fail(field, part, 'a step needs * or a range before it');
    low = toNumber(field, ends[0] as string, part);
    high = ends.length === 2 ? upperEnd(field, ends[1] as string, part) : low;
    if (low > high) return fail(field, part, 'the range runs backwards');
  }
  const values: number[] = [];
  for (let value = low; value <= high; value += step) values.push(value);
  return values;
}

/** Sunday at the end of a range is the seventh day. */
const upperEnd = (field: Field, text: string, part: string): number =>
  field === FIELDS.weekday && text === 'sun' ? 7 : toNumber(field, text, part);

/** The items of a list, each once: a thousand commas cost no more than the distinct items between them. */
function items(field: Field, text: string): Set<string> {
  const parts = new Set(text.split(','));
  if (parts.has('')) return fail(field, text, 'nothing stands between two commas');
  return parts;
}

function numbers(field: Field, text: string): number[] {
  const values = new Set<number>();
  for (const part of items(field, text)) for (const value of expand(field, part)) values.add(value);
  return [...values].sort((a, b) => a - b);
}

function parseDays(text: string): Pick<CronPattern, 'days' | 'nearestWeekdays' | 'lastDay' | 'lastWeekday' | 'anyDay'> {
  const field = FIELDS.day;
  const none = { days: 0, nearestWeekdays: [], lastDay: false, lastWeekday: false, anyDay: false };
  if (text === 'lw') return { ...none, lastWeekday: true };
  let days = 0;
  let lastDay = false;
  const nearest: number[] = [];
  for (const part of items(field, text)) {
    if (part === 'l') lastDay = true;
    else if (part === 'lw') fail(field, text, 'LW cannot stand in a list');
    else if (part.endsWith('w')) nearest.push(toNumber(field, part.slice(0, -1), part));
    else for (const day of expand(field, part)) days |= 1 << day;
  }
  return { ...none, days, nearestWeekdays: nearest, lastDay, anyDay: text === '*' };
}

function nthOf(part: string): { base: string; mask: number } {
  const field = FIELDS.weekday;
  const [base = '', nth, ...rest] = part.split('#');
  if (rest.length > 0) fail(field, part, 'only one # may stand in it');
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
  return { weekdays, anyWeekday: list === '*', bothDays };
}

type SixFields = [second: string, minute: string, hour: string, day: string, month: string, weekday: string];

/** Of five fields, or of six with seconds first; `second` stands for those of five. */
export const sixFields = (fields: readonly string[], second: string): SixFields =>
  (fields.length === 6 ? fields : [second, ...fields]) as SixFields;

/** Parses five fields, or six with seconds first. Throws CronSyntaxError, which names the field and what may stand there. */
export function parseCron(pattern: string): CronPattern {
  if (pattern.length > MAX_LENGTH) throw new CronSyntaxError(`longer than ${MAX_LENGTH} characters`);
  const fields = pattern.trim().toLowerCase().replaceAll('?', '*').split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    throw new CronSyntaxError(
      'needs five fields (minute, hour, day of month, month, day of week), or six with seconds first',
    );
  }
  const [second, minute, hour, day, month, weekday] = sixFields(fields, '0');
  return {
    seconds: numbers(FIELDS.second, second),
    minutes: numbers(FIELDS.minute, minute),
    hours: numbers(FIELDS.hour, hour),
    months: new Set(numbers(FIELDS.month, month)),
    ...parseDays(day),
    ...parseWeekdays(weekday),
    realTime: /^\*(\/\d+)?$/.test(hour),
  };
}
