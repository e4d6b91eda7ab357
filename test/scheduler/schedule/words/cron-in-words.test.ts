// What the words of a cron pattern say is what fires: a reader of its own understands the sentence and is compared with the pattern.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCron } from '../../../../src/scheduler/schedule/cron/cron-pattern.js';
import { cronSequence } from '../../../../src/scheduler/schedule/cron/cron-sequence.js';
import { cronInWords } from '../../../../src/scheduler/schedule/words/cron-in-words.js';
import { seeded } from '../support/arbitraries.js';

const DAY = 86_400_000;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const MONDAY_FIRST = [...WEEKDAYS.slice(1), 'Sunday'];
const NTH = ['first', 'second', 'third', 'fourth', 'fifth'];

const upTo = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
const parts = (text: string): string[] => text.split(/, | and /);
const numbers = (text: string): number[] =>
  parts(text).flatMap((part) => {
    const [from, to = from] = part.split(' to ').map(Number) as [number, number?];
    return upTo(from, to);
  });
const at = (clock: string): number => {
  const [h, m, s = 0] = clock.split(':').map(Number) as [number, number, number?];
  return h * 3_600 + m * 60 + s;
};

/** Seconds of the day at which the sentence says that it fires. */
function readTimes(text: string): Set<number> {
  const all = new Set<number>();
  const combine = (hours: number[], minutes: number[], seconds: number[]): Set<number> => {
    for (const h of hours) for (const m of minutes) for (const s of seconds) all.add(h * 3_600 + m * 60 + s);
    return all;
  };
  let found: RegExpExecArray | null;
  if (/^at \d\d:\d\d/.test(text)) return new Set(parts(text.slice(3)).map(at));
  if (text === 'every hour on the hour') return combine(upTo(0, 23), [0], [0]);
  if ((found = /^every hour at (\d+) minutes past$/.exec(text))) return combine(upTo(0, 23), [Number(found[1])], [0]);
  if ((found = /^every (\d+) hours from (\S+)$/.exec(text))) {
    return new Set(upTo(at(found[2] as string), DAY / 1_000 - 1, Number(found[1]) * 3_600));
  }
  if ((found = /^every (?:(\d+) )?(hour|minute)s? from (\S+) to (\S+)$/.exec(text))) {
    const step = Number(found[1] ?? 1) * (found[2] === 'hour' ? 3_600 : 60);
    return new Set(upTo(at(found[3] as string), at(found[4] as string), step));
  }
  const sentence =
    /^(?:every (?:(\d+) )?seconds?|at seconds? (.+?)|every (?:(\d+) )?minutes?|at minutes? (.+?))(?: of (?:minutes? (.+?)|every minute))?(?: of (?:hours? (.+)|every hour))?$/;
  const [, secondStep, secondList, minuteStep, minuteList, ofMinutes, ofHours] = sentence.exec(text) ?? [];
  if (!sentence.test(text)) throw new Error(`a sentence that nobody can read: ${text}`);
  const bySecond = /^(every (\d+ )?second|at second)/.test(text);
  const seconds = !bySecond ? [0] : secondList ? numbers(secondList) : upTo(0, 59, Number(secondStep ?? 1));
  const minutes = bySecond
    ? ofMinutes
      ? numbers(ofMinutes)
      : upTo(0, 59)
    : minuteList
      ? numbers(minuteList)
      : upTo(0, 59, Number(minuteStep ?? 1));
  return combine(ofHours ? numbers(ofHours) : upTo(0, 23), minutes, seconds);
}

const dateOf = (ms: number) => {
  const date = new Date(ms);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return { year, month, day, weekday: date.getUTCDay(), last: new Date(Date.UTC(year, month + 1, 0)).getUTCDate() };
};
type Dated = ReturnType<typeof dateOf>;

const nearest = (day: number, { year, month, last }: Dated): number => {
  if (day < 1 || day > last) return 0;
  const weekday = new Date(Date.UTC(year, month, day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === last ? day - 2 : day + 1;
  return day;
};
const fromEnd = (text: string, { last }: Dated): number => {
  const [, nth = ''] = /^the (?:(\S+) )?last day$/.exec(text) ?? [];
  return last - (nth === '' ? 0 : nth === 'second' ? 1 : parseInt(nth, 10) - 1);
};

function isDayOfMonth(text: string, date: Dated): boolean {
  return parts(text).some((part) => {
    if (part === 'the last weekday') return date.day === nearest(date.last, date);
    const near = /^the weekday nearest (.+)$/.exec(part)?.[1];
    if (near !== undefined) {
      const day = near.endsWith('last day') ? fromEnd(near, date) : parseInt(near.slice(4), 10);
      return date.day === nearest(day, date);
    }
    if (part.endsWith('last day')) return date.day === fromEnd(part, date);
    const [from, to = from] = part.split(' to ').map((one) => parseInt(one.replace('the ', ''), 10)) as [
      number,
      number?,
    ];
    return date.day >= from && date.day <= to;
  });
}

function isWeekday(text: string, date: Dated): boolean {
  return parts(text.replace(/ of the month/g, '').replace(/ or /g, ' and ')).some((part) => {
    const [from = '', to = from] = part.replace(/^(a|the|every) /, '').split(' to ');
    const [nth, name] = from.split(' ');
    if (name !== undefined) {
      if (WEEKDAYS.indexOf(name) !== date.weekday) return false;
      return nth === 'last' ? date.day + 7 > date.last : Math.ceil(date.day / 7) === NTH.indexOf(nth as string) + 1;
    }
    const place = (date.weekday + 6) % 7;
    return place >= MONDAY_FIRST.indexOf(from) && place <= MONDAY_FIRST.indexOf(to);
  });
}

/** The sentence cut into its times, its days and its months. */
function read(sentence: string): (ms: number) => boolean {
  const [, body, monthsText] = /^(.*?)(?:, in ((?:[A-Z]\w+|, | and | to )+))?$/.exec(sentence) as unknown as [
    string,
    string,
    string?,
  ];
  const [, timesText = '', daysText = ''] = /^(.*?)(?:, ((?:on the|every [A-Z]).*))?$/.exec(body) ?? [];
  const times = readTimes(timesText);
  const months = new Set(
    monthsText === undefined
      ? upTo(0, 11)
      : parts(monthsText).flatMap((part) => {
          const [from, to = from] = part.split(' to ').map((name) => MONTHS.indexOf(name)) as [number, number?];
          return upTo(from, to);
        }),
  );
  const isDay = (date: Dated): boolean => {
    if (daysText === '') return true;
    const [both, only] = daysText.split(' of the month, only if that is ');
    if (only !== undefined) return isDayOfMonth((both as string).replace(/^on /, ''), date) && isWeekday(only, date);
    return daysText.split(/, and also /).some((part) => {
      if (/^every [A-Z]/.test(part)) return isWeekday(part, date);
      const days = part.replace(/^on /, '').replace(/ of the month$/, '');
      const last = days.split(/, | and /)[0] as string;
      return /the (first|second|third|fourth|fifth|last) [A-Z]/.test(last)
        ? isWeekday(days, date)
        : isDayOfMonth(days, date);
    });
  };
  return (ms) => {
    const date = dateOf(ms);
    return months.has(date.month) && isDay(date) && times.has(Math.floor((ms % DAY) / 1_000));
  };
}

const value = (min: number, max: number) => fc.integer({ min, max }).map(String);
const item = (min: number, max: number) =>
  fc.oneof(
    value(min, max),
    value(min, max),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => (min === 0 && max === 7 && a % 7 === b % 7 ? String(a) : `${a}-${b}`)),
    fc.integer({ min: 2, max: Math.min(30, max) }).map((step) => `*/${Math.min(step, 7)}`),
    fc
      .tuple(fc.integer({ min, max: max - 1 }), fc.integer({ min: 2, max: 7 }))
      .map(([a, step]) => (max === 7 ? `*/${step}` : `${a}/${step}`)),
  );
const field = (one: fc.Arbitrary<string>, any = '*') =>
  fc.oneof(
    fc.constant(any),
    fc.constant(any),
    one,
    fc.uniqueArray(one, { minLength: 1, maxLength: 3 }).map((all) => all.join(',')),
  );
const dayItem = fc.oneof(item(1, 31), fc.constantFrom('L', 'LW', 'L-1', 'L-2', 'L-10', 'L-3W', '1W', '15W', '31W'));
const weekdayItem = fc.oneof(
  item(0, 7),
  fc.constantFrom(
    'MON',
    'fri',
    'Sunday',
    'MON-FRI',
    'SAT-SUN',
    'FRI-MON',
    'FRI#2',
    'MON#1',
    'WED#L',
    '5L',
    '1-5#2',
    'tueL',
  ),
);
const patterns = fc
  .tuple(
    fc.oneof(
      fc.constant(''),
      fc.constant(''),
      field(item(0, 59)).map((seconds) => `${seconds} `),
    ),
    field(item(0, 59), '0'),
    field(item(0, 23)),
    field(dayItem),
    field(item(1, 12)),
    fc
      .tuple(fc.constantFrom('', '', '', '+'), field(weekdayItem))
      .map(([both, days]) => (days === '*' ? days : both + days)),
  )
  .map(([seconds, ...rest]) => seconds + rest.join(' '));

const said = (cron: string): string => cronInWords(cron).replace(/ \(cron .*\)$/, '');
const FROM = Date.UTC(2026, 0, 1);
const SPAN = 800 * DAY;

describe('cron in words', () => {
  it('says what fires, and nothing else', () => {
    let sentences = 0;
    fc.assert(
      fc.property(patterns, fc.integer({ min: 0, max: SPAN / 1_000 }), (cron, offset) => {
        let pattern;
        try {
          pattern = parseCron(cron);
        } catch {
          return; // refused: there is nothing to say
        }
        const words = said(cron);
        if (words.startsWith('by cron')) return;
        sentences += 1;
        const matches = read(words);
        const sequence = cronSequence(pattern);
        // what fires is said
        let local = sequence.atOrAfter(FROM + offset * 1_000);
        for (let n = 0; n < 12 && local < Infinity; n += 1) {
          expect([cron, words, new Date(local).toISOString(), matches(local)]).toEqual([
            cron,
            words,
            expect.any(String),
            true,
          ]);
          local = sequence.atOrAfter(local + 1 + n * 3 * DAY);
        }
        // what is said fires: the days around, at a moment of each that the sentence names
        const moments = [
          ...readTimes(
            (/^(.*?)(?:, (?:on the|every [A-Z]|in [A-Z]).*)?$/.exec(words) as unknown as [string, string])[1],
          ),
        ];
        const start = Math.floor((FROM + offset * 1_000) / DAY) * DAY;
        for (let day = 0; day < 70; day += 1) {
          const ms = start + day * DAY + (moments[(day * 7) % moments.length] as number) * 1_000;
          expect([cron, words, new Date(ms).toISOString(), matches(ms)]).toEqual([
            cron,
            words,
            expect.any(String),
            sequence.atOrAfter(ms) === ms,
          ]);
        }
      }),
      seeded(1_500),
    );
    expect(sentences).toBeGreaterThan(500);
  });

  it.each([
    ['0 9 * * 5l', 'at 09:00, on the last Friday of the month'],
    ['0 9 * * fril', 'at 09:00, on the last Friday of the month'],
    ['0 9 l * *', 'at 09:00, on the last day of the month'],
    ['0 9 lw * *', 'at 09:00, on the last weekday of the month'],
    ['0 9 15w * *', 'at 09:00, on the weekday nearest the 15th of the month'],
    ['0 9 L-3 * *', 'at 09:00, on the 4th last day of the month'],
    ['0 9 1 * 1-5', 'at 09:00, on the 1st of the month, and also every Monday to Friday'],
    ['0 0 0 1,2,3 * WED,FRI', 'at 00:00, on the 1st to 3rd of the month, and also every Wednesday and Friday'],
    ['0 9 1 1,2,3 1-5', 'at 09:00, on the 1st of the month, and also every Monday to Friday, in January to March'],
    ['0 *,5 * * *', 'every hour on the hour'],
    ['0 9 * * *,3', 'at 09:00'],
    ['0 9 * *,3 *', 'at 09:00'],
    ['0 9 *,5 * *', 'at 09:00'],
    ['0 0 1 */5 *', 'at 00:00, on the 1st of the month, in January, June and November'],
    ['0 */5,3 * * *', 'at 00:00, 03:00, 05:00, 10:00, 15:00 and 20:00'],
    ['*/7 * * * *', 'by cron */7 * * * *'],
    ['0 9 */30 * *', 'at 09:00, on the 1st and the 31st of the month'],
    ['* * * * */3', 'every minute, every Wednesday, Saturday and Sunday'],
    ['0 9 * * MON,FRI#2', 'at 09:00, every Monday, and also on the second Friday of the month'],
    ['0 9 * * MON#1,FRI', 'at 09:00, every Friday, and also on the first Monday of the month'],
    ['* * * * 0-7', 'every minute'],
    ['0 9 * * 7-7', 'at 09:00, every Sunday'],
    ['*/15 0 9 * * *', 'at 09:00, 09:00:15, 09:00:30 and 09:00:45'],
    ['0 9 8-14 * +SUN', 'at 09:00, on the 8th to 14th of the month, only if that is a Sunday'],
    ['*/15 9-17 * * 1-5', 'every 15 minutes from 09:00 to 17:45, every Monday to Friday'],
    ['0 */2 * * *', 'every 2 hours from 00:00'],
    ['30 * * * *', 'every hour at 30 minutes past'],
    ['@daily', 'at 00:00'],
  ])('of %s: %s', (cron, words) => {
    expect(said(cron)).toBe(words);
  });
});
