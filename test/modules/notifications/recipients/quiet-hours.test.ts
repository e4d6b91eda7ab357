// Quiet hours against a plain reading of the recipient's clock, minute by minute, and on the nights on which it changes.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DAYS,
  isAlwaysQuiet,
  quietUntil,
  quietWeek,
  type QuietHours,
} from '../../../../src/modules/notifications/recipients/quiet-hours.js';

const MINUTE = 60_000;
const at = (text: string): Date => new Date(text);
const until = (hours: QuietHours, zone: string, instant: string): string | null =>
  quietUntil(quietWeek(hours), zone, at(instant))?.toISOString() ?? null;

const NIGHT: QuietHours = { daily: [['22:00', '07:00']] };

describe('quietUntil', () => {
  it.each([
    ['outside of them', '2026-06-03T12:00:00Z', null],
    ['at their first minute', '2026-06-03T20:00:00Z', '2026-06-04T05:00:00.000Z'],
    ['just before', '2026-06-03T19:59:59.999Z', null],
    ['after midnight', '2026-06-04T01:30:00Z', '2026-06-04T05:00:00.000Z'],
    ['at their end', '2026-06-04T05:00:00Z', null],
  ])('says when they end: %s', (_, instant, expected) => {
    expect(until(NIGHT, 'Europe/Berlin', instant)).toBe(expected);
  });

  it('joins windows that adjoin or overlap, over midnight and over the end of the week', () => {
    const split = {
      sun: [['22:00', '24:00']],
      mon: [
        ['06:30', '09:00'],
        ['00:00', '07:00'],
      ],
    } as const;
    expect(until(split, 'UTC', '2026-06-07T22:15:00Z')).toBe('2026-06-08T09:00:00.000Z');
  });

  it('knows the days of the recipient’s week, not of UTC', () => {
    const sunday = { sun: [['00:00', '24:00']] } as const;
    expect(until(sunday, 'Pacific/Auckland', '2026-06-06T11:59:00Z')).toBeNull();
    expect(until(sunday, 'Pacific/Auckland', '2026-06-06T12:00:00Z')).toBe('2026-06-07T12:00:00.000Z');
    expect(until(sunday, 'Pacific/Auckland', '2026-06-07T13:00:00Z')).toBeNull();
  });

  it.each([
    ['an hour shorter in spring', 'Europe/Berlin', NIGHT, '2026-03-28T23:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['an hour longer in autumn', 'Europe/Berlin', NIGHT, '2026-10-24T22:00:00Z', '2026-10-25T06:00:00.000Z'],
    [
      'ending in the gap',
      'Europe/Berlin',
      { daily: [['01:00', '02:30']] },
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'ending in the overlap, the first time',
      'Europe/Berlin',
      { daily: [['01:00', '02:30']] },
      '2026-10-25T00:10:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'in the overlap, the second time',
      'Europe/Berlin',
      { daily: [['01:00', '02:30']] },
      '2026-10-25T01:10:00Z',
      '2026-10-25T01:30:00.000Z',
    ],
    ['by half an hour', 'Australia/Lord_Howe', NIGHT, '2026-04-04T12:00:00Z', '2026-04-04T20:30:00.000Z'],
    ['a day that was left out', 'Pacific/Apia', { fri: [['00:00', '24:00']] }, '2011-12-30T09:59:00Z', null],
  ] as const)('is right when the clock changes: %s', (_, zone, hours, instant, expected) => {
    expect(until(hours, zone, instant)).toBe(expected);
  });

  it('refuses a week that is quiet throughout', () => {
    expect(isAlwaysQuiet(quietWeek({ daily: [['00:00', '24:00']] }))).toBe(true);
    expect(
      isAlwaysQuiet(
        quietWeek({
          daily: [
            ['07:00', '12:00'],
            ['12:00', '07:00'],
          ],
        }),
      ),
    ).toBe(true);
    expect(() => until({ daily: [['00:00', '24:00']] }, 'UTC', '2026-01-01T00:00:00Z')).toThrow(RangeError);
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Apia',
];
const formats = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
  ]),
);

/** What a person would say who looks at the recipient's clock. */
function isQuiet(hours: QuietHours, zone: string, ms: number): boolean {
  const parts = formats.get(zone)!.formatToParts(ms);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const today = DAYS.indexOf(part('weekday').toLowerCase() as (typeof DAYS)[number]);
  const clock = `${part('hour')}:${part('minute')}`;
  const of = (day: number) => hours[DAYS[(day + 7) % 7]!] ?? hours.daily ?? [];
  return (
    of(today).some(([from, to]) => from <= clock && (clock < to || to <= from)) ||
    of(today - 1).some(([from, to]) => to <= from && clock < to)
  );
}

const time = fc
  .integer({ min: 0, max: 1_439 })
  .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
const window = fc.tuple(time, fc.oneof(time, fc.constant('24:00'))).filter(([from, to]) => from !== to);
const windows = fc.array(window, { maxLength: 4 });
const hours: fc.Arbitrary<QuietHours> = fc.oneof(
  fc.record({ daily: windows }),
  fc.record(Object.fromEntries(DAYS.map((day) => [day, windows])), { requiredKeys: [] }),
);
/** Minutes of two weeks around the changes of 2026 in most of the zones. */
const instant = fc
  .tuple(
    fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2026-02-15'),
    fc.integer({ min: -3_000, max: 3_000 }),
  )
  .map(([day, minutes]) => Date.parse(day) + minutes * MINUTE);

describe('for any windows, zone and instant', () => {
  it('is quiet exactly when the clock shows a time within a window, until it does not any more', () => {
    fc.assert(
      fc.property(hours, fc.constantFrom(...ZONES), instant, (given, zone, ms) => {
        const week = quietWeek(given);
        fc.pre(!isAlwaysQuiet(week));
        const end = quietUntil(week, zone, new Date(ms));
        expect(end !== null).toBe(isQuiet(given, zone, ms));
        if (end === null) return;
        expect(end.getTime()).toBeGreaterThan(ms);
        expect(isQuiet(given, zone, end.getTime())).toBe(false);
        expect(isQuiet(given, zone, end.getTime() - MINUTE)).toBe(true);
        for (let minute = ms; minute < Math.min(end.getTime(), ms + 60 * MINUTE); minute += 7 * MINUTE)
          expect(isQuiet(given, zone, minute)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
