// Schedules for property tests, and how many of them: TIME_TEST_RUNS multiplies, TIME_TEST_SEED repeats.
import fc from 'fast-check';
import { parseSchedule, type Schedule, type ScheduleJson } from '../../../../src/scheduler/schedule/index.js';

export const ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');

const runs = Number(process.env.TIME_TEST_RUNS ?? 1);
const seed = Number(process.env.TIME_TEST_SEED ?? 20_260_308);

/** `times` runs, or more when asked for; the same ones every time. */
export const seeded = (times: number): { seed: number; numRuns: number } => ({
  seed,
  numRuns: Math.ceil(times * runs),
});

const two = (n: number): string => String(n).padStart(2, '0');

/** Most days on which the clock is changed, it is changed before four or at midnight. */
export const timeOfDay: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 23 })),
    fc.constantFrom(0, 0, 15, 30, 45, 59, 7),
    fc.constantFrom('', '', '', ':30'),
  )
  .map(([hour, minute, second]) => `${two(hour)}:${two(minute)}${second}`);

export const policies = fc.record({
  dst_gap: fc.constantFrom('shift', 'skip'),
  dst_overlap: fc.constantFrom('first', 'second', 'both'),
  month_end: fc.constantFrom('clamp', 'skip'),
});

const dayOfMonth = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constantFrom(28, 29, 30, 31));
const month = fc.integer({ min: 1, max: 12 });
const optional = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });

/** Calendar fields of the frequencies from daily to yearly. */
export const preset: fc.Arbitrary<ScheduleJson> = fc
  .oneof(
    fc.record({ frequency: fc.constant('daily') }),
    fc.record({ frequency: fc.constant('weekly'), day_of_week: optional(fc.integer({ min: 1, max: 7 })) }),
    fc.record({ frequency: fc.constant('monthly'), day_of_month: optional(dayOfMonth) }),
    fc.record({ frequency: fc.constant('quarterly'), day_of_month: optional(dayOfMonth), month: optional(month) }),
    fc.record({ frequency: fc.constant('yearly'), day_of_month: optional(dayOfMonth), month: optional(month) }),
  )
  .chain((calendar) =>
    fc
      .record({ policies, time: timeOfDay, interval: fc.constantFrom(1, 1, 1, 2, 3, 5) })
      .map(({ policies: chosen, ...rest }) => ({ ...calendar, ...rest, ...chosen })),
  );

const DAY_FIELDS = [
  '*',
  '*',
  '*',
  '*',
  '*',
  '*',
  '*',
  '*',
  '1',
  '13',
  '29',
  '31',
  '1,15',
  '*/2',
  '10-20/3',
  'L',
  'LW',
  '15W',
  '1W',
  '31W',
  '5,L',
  '?',
];
const MONTH_FIELDS = ['*', '*', '*', '*', '*', '*', '*', '*', '2', '3,11', 'JAN-MAR', '*/2', '4-10', 'feb,dec'];
const WEEKDAY_FIELDS = [
  '*',
  '*',
  '1-5',
  '7',
  '0',
  'SUN',
  'MON,WED',
  'FRI#L',
  '2#3',
  '5L',
  '*/2',
  'FRI-SUN',
  '1#1,3#2',
  '+1',
  '1-5#1',
];
const MINUTE_FIELDS = ['0', '30', '15', '0,30', '*/15', '5-20/5', '59', '*/20'];
const WALL_HOURS = ['2', '0', '1', '23', '2,14', '1,13', '0-3', '9-17', '0-23', '8-18/2', '2,3'];
const REAL_HOURS = ['*', '*/2', '*/3', '*/5'];
const SECOND_FIELDS = ['', '', '', '0 ', '30 ', '0,45 '];

const cronOf = (hours: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...SECOND_FIELDS),
      fc.constantFrom(...MINUTE_FIELDS),
      fc.constantFrom(...hours),
      fc.constantFrom(...DAY_FIELDS),
      fc.constantFrom(...MONTH_FIELDS),
      fc.constantFrom(...WEEKDAY_FIELDS),
    )
    .map(([second, ...fields]) => second + fields.join(' '));

export const wallClockCron = cronOf(WALL_HOURS);
export const realTimeCron = cronOf(REAL_HOURS);

/** Parses, or null where the combination can never fire. */
export function parsed(json: ScheduleJson): Schedule | null {
  try {
    return parseSchedule(json);
  } catch {
    return null;
  }
}
