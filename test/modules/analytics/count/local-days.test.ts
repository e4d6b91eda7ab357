// Local days against the calendar of the runtime: every zone, every hour of days around changes of the clock.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dateOf,
  daysOfHour,
  dayOf,
  HOUR_MS,
  localDay,
  stretchesOf,
  zoneOf,
} from '../../../../src/modules/analytics/count/local-days.js';

const ZONES = Intl.supportedValuesOf('timeZone');
const instant = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2040, 0, 1) });
const formats = new Map<string, Intl.DateTimeFormat>();
/** By the runtime. */
function localDate(zone: string, ms: number): string {
  const options = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', options);
  formats.set(zone, format);
  return format.format(ms);
}

describe('any instant of any zone', () => {
  it('is in a stretch of its local day and in no stretch of the days beside it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, (name, ms) => {
        const zone = zoneOf(name);
        const day = localDay(zone, ms);
        expect(dateOf(day)).toBe(localDate(name, ms));
        const within = (d: number) =>
          stretchesOf(zone, d).filter(({ since, until }) => since <= ms && ms < until).length;
        expect([within(day - 1), within(day), within(day + 1)]).toEqual([0, 1, 0]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is on one of the days of its hour', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, (name, ms) => {
        expect(daysOfHour(zoneOf(name), Math.floor(ms / HOUR_MS)).map(dateOf)).toContain(localDate(name, ms));
      }),
      { numRuns: 2_000 },
    );
  });
});

const hours = (zone: string, date: string): number[] =>
  stretchesOf(zoneOf(zone), dayOf(date)).map(({ since, until }) => (until - since) / HOUR_MS);

describe('a day', () => {
  it.each([
    ['America/New_York', '2026-03-08', [23]],
    ['America/New_York', '2026-11-01', [25]],
    ['Australia/Lord_Howe', '2026-04-05', [24.5]],
    ['Asia/Kathmandu', '2026-03-08', [24]],
    // the clocks are set forward at midnight: the day begins at 01:00
    ['Africa/Cairo', '2026-04-24', [23]],
    // the date line was moved: there was no such day
    ['Pacific/Apia', '2011-12-30', []],
    // at one minute past midnight the clocks were set back by an hour, to the day before
    ['America/St_Johns', '2006-10-28', [24, 59 / 60]],
    ['America/St_Johns', '2006-10-29', [1 / 60, 24]],
  ])('in %s, %s has %j hours', (zone, date, expectedHours) => {
    const found = hours(zone, date);
    expect(found).toHaveLength(expectedHours.length);
    found.forEach((length, index) => expect(length).toBeCloseTo(expectedHours[index] as number, 6));
  });
});

it('a zone that nobody knows is UTC', () => {
  expect(['Mars/Phobos', '', null].map((name) => zoneOf(name).timezone)).toEqual(['UTC', 'UTC', 'UTC']);
});
