// Our reading of cron against croner's: the same local times, pattern by pattern; and clear refusals.
import { describe, expect, it } from '@jest/globals';
import { Cron } from 'croner';
import fc from 'fast-check';
import { parseCron } from '../../../../src/scheduler/schedule/cron/cron-pattern.js';
import { cronSequence } from '../../../../src/scheduler/schedule/cron/cron-sequence.js';
import { nextRun, previewSchedule } from '../../../../src/scheduler/schedule/index.js';
import { realTimeCron, seeded, wallClockCron } from '../support/arbitraries.js';

function ours(pattern: string, from: number, count: number): string[] {
  const sequence = cronSequence(parseCron(pattern));
  const found: string[] = [];
  for (let at = sequence.atOrAfter(from + 1); found.length < count && at < Infinity; at = sequence.atOrAfter(at + 1)) {
    found.push(new Date(at).toISOString());
  }
  return found;
}

const croners = (pattern: string, from: number, count: number): string[] =>
  new Cron(pattern, { timezone: 'UTC', paused: true })
    .nextRuns(count, new Date(from))
    .map((date) => date.toISOString());

const item = (min: number, max: number, names: string[] = []): fc.Arbitrary<string> => {
  const value = fc.oneof(fc.integer({ min, max }).map(String), fc.constantFrom(...names, String(min)));
  const range = fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: Math.min(max, 7) });
  return fc.oneof(
    value,
    range,
    fc.tuple(range, step).map(([r, s]) => `${r}/${s}`),
    step.map((s) => `*/${s}`),
  );
};
const field = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.array(one, { minLength: 1, maxLength: 4 }).map((items) => items.join(',')),
  );
const dayItem = fc.oneof(
  item(1, 31),
  fc.constant('L'),
  fc.integer({ min: 1, max: 31 }).map((day) => `${day}W`),
);
const weekdayItem = fc.oneof(
  item(0, 7, ['mon', 'FRI', 'Sun']),
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom('#1', '#3', '#5', '#L', 'L')).map((parts) => parts.join('')),
);
const anyCron = fc
  .tuple(
    fc.oneof(
      fc.constant(''),
      field(item(0, 59)).map((seconds) => `${seconds} `),
    ),
    field(item(0, 59)),
    field(item(0, 23)),
    fc.oneof(field(dayItem), fc.constant('LW')),
    field(item(1, 12, ['jan', 'DEC'])),
    fc.tuple(fc.constantFrom('', '', '+'), field(weekdayItem)).map((parts) => parts.join('')),
  )
  .map(([seconds, ...rest]) => seconds + rest.join(' '));

const moment = fc
  .integer({ min: Date.UTC(1970, 0, 1) / 1_000, max: Date.UTC(2100, 0, 1) / 1_000 })
  .map((s) => s * 1_000);

describe('cron patterns', () => {
  it('mean what croner takes them to mean', () => {
    fc.assert(
      fc.property(fc.oneof(wallClockCron, realTimeCron, anyCron), moment, (pattern, from) => {
        fc.pre(!/\*\/1\b/.test(pattern.split(' ').slice(-3).join(' '))); // a restriction for croner, none for us
        expect([pattern, ours(pattern, from, 6)]).toEqual([pattern, croners(pattern, from, 6)]);
      }),
      seeded(500),
    );
  });

  it.each(['0 9 30 2 *', '0 9 31 4,6,9,11 *', '0 9 30W 2 *', '0 9 31 2 +1'])(
    '%s never fires, and is refused',
    (cron) => {
      expect(ours(cron, 0, 1)).toEqual([]);
      expect(() => previewSchedule({ frequency: 'cron', cron }, { after: new Date(0) })).toThrow(/cron .*never fire/);
    },
  );

  it.each([
    ['* * * *', 'five fields'],
    ['* * * * * * 2027', 'use starts_on and ends_on'],
    ['* * * * * * * *', 'five fields'],
    ['@reboot', 'not one of @yearly'],
    ['TZ=Europe/Berlin 0 9 * * *', 'use timezone'],
    ['CRON_TZ=Europe/Berlin 0 9 * * *', 'use timezone'],
    ['0 9 * * * Europe/Berlin', 'use timezone'],
    ['H 9 * * *', 'use spread_s'],
    ['H/15 * * * *', 'use spread_s'],
    ['0~30 9 * * *', 'use spread_s'],
    ['R 9 * * *', 'use spread_s'],
    ['0 9 ?,* * MON', 'write * alone'],
    ['0 9 *,15 * MON', 'write * alone'],
    ['0 9 15 * *,MON', 'write * alone'],
    ['0 9 * * SUN-SUN', 'the whole week'],
    ['0 9 * * MON-MON', 'the whole week'],
    ['0 9 * * MON-monday', 'the whole week'],
    ['0 9 * * 7-0', 'the whole week'],
    ['0 9 * * FRI-MON/2', 'wraps around'],
    ['0 22-4/2 * * *', 'wraps around'],
    ['0 9 * * 3/2', 'a step needs'],
    ['0 9 L-31 * *', '0 to 30'],
    ['', 'five fields'],
    ['60 * * * *', 'minute "60": must be 0 to 59'],
    ['* 24 * * *', 'hour "24": must be 0 to 23'],
    ['* * 0 * *', 'day of month "0": must be 1 to 31'],
    ['* * 32 * *', 'day of month "32": must be 1 to 31'],
    ['* * * 13 *', 'month "13": must be 1 to 12 or jan to dec'],
    ['* * * foo *', 'month "foo"'],
    ['* * * * 8', 'day of week "8": must be 0 to 7 or sun to sat'],
    ['* * * * L', 'day of week "l"'],
    ['* * * * *#1', 'needs a weekday'],
    ['* * * * 1#6', '1 to 5 or L'],
    ['* * W * *', 'day of month "w"'],
    ['1-2-3 * * * *', 'two ends'],
    ['*/0 * * * *', 'the step must be 1 to 60'],
    ['*/61 * * * *', 'the step must be 1 to 60'],
    ['*/2/3 * * * *', 'only one /'],
    ['1,,2 * * * *', 'between two commas'],
    ['1.5 * * * *', 'minute "1.5"'],
  ])('%s is refused: %s', (pattern, message) => {
    expect(() => parseCron(pattern)).toThrow(message);
  });

  it.each([
    ['0 9 * * FRI-MON', '0 9 * * 5,6,0,1'],
    ['0 22-4 * * *', '0 22,23,0,1,2,3,4 * * *'],
    ['0 9 1 NOV-FEB *', '0 9 1 11,12,1,2 *'],
    ['55-5 9 * * *', '55,56,57,58,59,0,1,2,3,4,5 9 * * *'],
    ['0 9 * * 7-2', '0 9 * * 0,1,2'],
    ['0 9 * * 0-7', '0 9 * * *'],
    ['0 9 * * 7-7', '0 9 * * 0'],
    ['3/5 9 * * *', '3,8,13,18,23,28,33,38,43,48,53,58 9 * * *'],
    ['0/15 9 * * *', '*/15 9 * * *'],
    ['0 9 2/10 * *', '0 9 2,12,22 * *'],
    ['  @Daily ', '0 0 * * *'],
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@MIDNIGHT', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
    ['0 0 9 * * ? *', '0 9 * * *'],
    ['0 0 9 * * ? ?', '0 9 * * *'],
    ['0 9 * September,SEPT monday', '0 9 * 9 1'],
    ['0 9 */1 * 1-5', '0 9 * * 1-5'],
    ['0 9 ?/1 * 1-5', '0 9 * * 1-5'],
    ['0 9 1-5 * */1', '0 9 1-5 * *'],
    ['0 9 * * *,3', '0 9 * * *'],
    ['0 9 *,5 * *', '0 9 * * *'],
  ])('%s means what %s means', (pattern, plain) => {
    const from = Date.UTC(2024, 4, 1);
    expect(ours(pattern, from, 40)).toEqual(ours(plain, from, 40));
  });

  it.each([
    ['0 9 L-3 * *', ['2024-05-28', '2024-06-27', '2024-07-28']],
    ['0 9 L-3W * *', ['2024-05-28', '2024-06-27', '2024-07-29']],
    ['0 9 1W,LW * *', ['2024-05-01', '2024-05-31', '2024-06-03']],
    ['0 9 L-30 * *', ['2024-05-01', '2024-07-01', '2024-08-01']],
  ])('%s falls on %j', (pattern, days) => {
    expect(ours(pattern, Date.UTC(2024, 4, 1), 3)).toEqual(days.map((day) => `${day}T09:00:00.000Z`));
  });

  it('that never fire are known as such without a walk to the end of time', () => {
    const never = {
      frequency: 'cron',
      cron: '30 2 8-14 3 +SUN',
      timezone: 'America/New_York',
      dst_gap: 'skip',
    } as const;
    expect(nextRun(never, new Date('2026-01-01T00:00:00Z'))).toBeNull();
  });

  it.each([
    [','.repeat(1_000), 'commas alone'],
    [`${'1,'.repeat(500)}2`, 'the same number again and again'],
    [`${'*/1,'.repeat(250)}2`, 'every minute again and again'],
  ])('of a kilobyte do no harm', (minutes) => {
    const cron = `${minutes} * * * *`;
    // A thousand of them: a reading that is worse than linear would not come to an end in time.
    for (let i = 0; i < 1_000; i++) {
      const answer = cron.startsWith(',') ? /there is nothing between two commas/ : null;
      if (answer) expect(() => parseCron(cron)).toThrow(answer);
      else expect(parseCron(cron).minutes).toContain(2);
    }
  });

  it.each([
    ['0 * * * *', true],
    ['0 */3 * * *', true],
    ['0 ? * * *', true],
    ['0 0-23 * * *', false],
    ['0 *,5 * * *', false],
    ['0 2 * * *', false],
    ['0 0-23/2 * * *', false],
  ])('%s follows real time: %s', (pattern, realTime) => expect(parseCron(pattern).realTime).toBe(realTime));
});
