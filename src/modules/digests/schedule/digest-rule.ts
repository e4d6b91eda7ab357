// The schedule of a digest: its meaning for the engine, rules across fields, and defaults.
import { describeIssues, parsedBy } from '../../../base/issue-text.js';
import { z } from 'zod';
import type { ScheduleJson } from '../../../scheduler/public.js';

export const FREQUENCIES = ['daily', 'weekly', 'monthly'] as const;
export type DigestFrequency = (typeof FREQUENCIES)[number];

/** The fields that say when a digest is due. */
export interface DigestRule {
  readonly frequency: DigestFrequency;
  /** Local wall clock, `HH:MM` or `HH:MM:SS`. */
  readonly delivery_time: string;
  /** Weekly: 1 = Monday … 7 = Sunday. Monthly: 1 … 31. Null: daily. */
  readonly delivery_day: number | null;
  /** An IANA name. */
  readonly timezone: string;
  readonly dst_gap: 'shift' | 'skip';
  readonly dst_overlap: 'first' | 'second' | 'both';
  readonly month_end: 'clamp' | 'skip';
  readonly misfire: 'once' | 'skip' | 'all';
}

export const RULE_DEFAULTS = {
  frequency: 'daily',
  delivery_time: '09:00',
  delivery_day: 1,
  dst_gap: 'shift',
  dst_overlap: 'first',
  month_end: 'clamp',
  misfire: 'once',
} as const;

const LAST_DAY: Readonly<Record<DigestFrequency, number>> = { daily: 0, weekly: 7, monthly: 31 };

/** Pure. The schedule for the engine, which computes occurrences in every zone. */
export function toSchedule(rule: DigestRule): ScheduleJson {
  const { frequency, delivery_time, delivery_day, timezone, dst_gap, dst_overlap, month_end, misfire } = rule;
  return {
    frequency,
    time: delivery_time,
    timezone,
    ...(frequency === 'weekly' ? { day_of_week: delivery_day ?? RULE_DEFAULTS.delivery_day } : {}),
    ...(frequency === 'monthly' ? { day_of_month: delivery_day ?? RULE_DEFAULTS.delivery_day } : {}),
    ...{ dst_gap, dst_overlap, month_end, misfire },
  };
}

/** Pure. What is wrong with a delivery day with this frequency; null: nothing. */
export function dayFault(frequency: DigestFrequency, day: number | null): string | null {
  const last = LAST_DAY[frequency];
  if (day === null || (day >= 1 && day <= last)) return null;
  return frequency === 'daily'
    ? 'is for weekly and monthly digests: leave it out'
    : `must be a whole number from 1 to ${last}${frequency === 'weekly' ? ' (1 = Monday)' : ''}`;
}

/** Columns of the table: null is "not given", and the host's own SQL may have written anything. */
export const RULE_COLUMNS = [
  'frequency',
  'delivery_time',
  'delivery_day',
  'timezone',
  'dst_gap',
  'dst_overlap',
  'month_end',
  'misfire',
] as const;

const orDefault = <T extends z.ZodType, D>(schema: T, standard: D) =>
  z.preprocess((value) => value ?? standard, schema);
const word = <const T extends readonly [string, ...string[]]>(words: T, standard: T[number]) =>
  orDefault(z.enum(words, { error: `must be one of ${words.join(', ')}` }), standard);

const stored = z.object({
  frequency: word(FREQUENCIES, RULE_DEFAULTS.frequency),
  // a column of the type `time` may have fractions of a second
  delivery_time: orDefault(z.string(), RULE_DEFAULTS.delivery_time).transform((time) => time.replace(/\.\d+$/, '')),
  delivery_day: z.preprocess(
    (value) => (value === null || value === undefined ? null : Number(value)),
    z.int({ error: 'must be a whole number' }).nullable(),
  ),
  timezone: orDefault(z.string(), 'UTC'),
  dst_gap: word(['shift', 'skip'], RULE_DEFAULTS.dst_gap),
  dst_overlap: word(['first', 'second', 'both'], RULE_DEFAULTS.dst_overlap),
  month_end: word(['clamp', 'skip'], RULE_DEFAULTS.month_end),
  misfire: word(['once', 'skip', 'all'], RULE_DEFAULTS.misfire),
});

/** Pure. The rule of a stored row. Throws an Error that says what is invalid, for a row that the host's own SQL wrote. */
export function ruleOf(row: Readonly<Record<string, unknown>>): DigestRule {
  const parsed = parsedBy(stored, row);
  if (!parsed.success) {
    throw new Error(describeIssues(parsed.error.issues));
  }
  const { delivery_day: day, ...rule } = parsed.data;
  if (rule.frequency === 'daily') return { ...rule, delivery_day: null };
  const delivery_day = day ?? RULE_DEFAULTS.delivery_day;
  const fault = dayFault(rule.frequency, delivery_day);
  if (fault !== null) throw new Error(`delivery_day ${fault}`);
  return { ...rule, delivery_day };
}

/** `09:00:00` as `09:00`: the form in responses. */
export const shortTime = (time: string): string => time.replace(/^(\d{2}:\d{2}):00$/, '$1');
