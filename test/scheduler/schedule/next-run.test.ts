// Examples that a reader can check by hand: intervals, bounds, days that are not there, zones that jump.
import { describe, expect, it } from '@jest/globals';
import { nextRun, type ScheduleInput } from '../../../src/scheduler/schedule/index.js';

function next(schedule: ScheduleInput, after: string, count = 3): string[] {
  const found: string[] = [];
  const anchor = new Date(after);
  for (let at: Date | null = anchor; at && found.length < count;) {
    at = nextRun(schedule, at, { anchor });
    if (at) found.push(at.toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

describe('the next run', () => {
  it('of a schedule without fields is daily at 09:00 UTC', () => {
    expect(next({}, '2026-01-01T09:00:00Z', 1)).toEqual(['2026-01-02T09:00Z']);
  });

  it('is strictly after the instant asked', () => {
    expect(next({ time: '10:00' }, '2026-01-01T09:59:59.999Z', 1)).toEqual(['2026-01-01T10:00Z']);
    expect(next({ time: '10:00' }, '2026-01-01T10:00:00.000Z', 1)).toEqual(['2026-01-02T10:00Z']);
  });

  it('is null after ends_on, which is the last day', () => {
    expect(next({ endsOn: '2026-01-02', timezone: 'Asia/Tokyo' }, '2025-12-31T12:00:00Z', 9)).toEqual([
      '2026-01-01T00:00Z',
      '2026-01-02T00:00Z',
    ]);
  });

  it('is on starts_on at the earliest', () => {
    expect(next({ startsOn: '2026-05-01', timezone: 'Asia/Tokyo' }, '2026-01-01T00:00:00Z', 1)).toEqual([
      '2026-05-01T00:00Z',
    ]);
  });

  it('counts an interval from the period that holds starts_on', () => {
    const after = '2026-01-01T00:00:00Z';
    expect(next({ interval: 3, startsOn: '2026-01-02' }, after)).toEqual([
      '2026-01-02T09:00Z',
      '2026-01-05T09:00Z',
      '2026-01-08T09:00Z',
    ]);
    // 2026-01-07 is a Wednesday: the Monday of its week is over, the next one that counts is two weeks later.
    expect(next({ frequency: 'weekly', interval: 2, dayOfWeek: 1, startsOn: '2026-01-07' }, after)).toEqual([
      '2026-01-19T09:00Z',
      '2026-02-02T09:00Z',
      '2026-02-16T09:00Z',
    ]);
    expect(next({ frequency: 'monthly', interval: 2, dayOfMonth: 5, startsOn: '2026-01-07' }, after)).toEqual([
      '2026-03-05T09:00Z',
      '2026-05-05T09:00Z',
      '2026-07-05T09:00Z',
    ]);
    expect(
      next({ frequency: 'quarterly', interval: 2, dayOfMonth: 5, month: 2, startsOn: '2026-01-07' }, after),
    ).toEqual(['2026-02-05T09:00Z', '2026-08-05T09:00Z', '2027-02-05T09:00Z']);
    expect(
      next({ frequency: 'yearly', interval: 2, dayOfMonth: 5, month: 1, startsOn: '2026-01-07' }, after, 2),
    ).toEqual(['2028-01-05T09:00Z', '2030-01-05T09:00Z']);
  });

  it('comes out the same from any point inside the sequence', () => {
    const schedule: ScheduleInput = { frequency: 'monthly', interval: 5, dayOfMonth: 31, startsOn: '2024-01-31' };
    const all = next(schedule, '2024-01-01T00:00:00Z', 12);
    for (const [i, at] of all.entries())
      expect(next(schedule, at.replace('Z', ':00Z'), 3)).toEqual(
        all
          .slice(i + 1, i + 4)
          .concat(next(schedule, (all.at(-1) as string).replace('Z', ':00Z'), 3))
          .slice(0, 3),
      );
  });

  it('does not drift after a short month', () => {
    expect(next({ frequency: 'monthly', dayOfMonth: 31 }, '2026-01-15T00:00:00Z', 4)).toEqual([
      '2026-01-31T09:00Z',
      '2026-02-28T09:00Z',
      '2026-03-31T09:00Z',
      '2026-04-30T09:00Z',
    ]);
  });

  it('takes what is open from starts_on, else from the anchor', () => {
    const after = '2026-03-11T12:00:00Z';
    expect(next({ frequency: 'weekly' }, after, 1)).toEqual(['2026-03-18T09:00Z']);
    expect(next({ frequency: 'monthly', startsOn: '2026-01-20' }, after, 1)).toEqual(['2026-03-20T09:00Z']);
    expect(next({ frequency: 'quarterly' }, after, 2)).toEqual(['2026-04-11T09:00Z', '2026-07-11T09:00Z']);
    expect(next({ frequency: 'yearly' }, after, 1)).toEqual(['2027-03-11T09:00Z']);
    // Already the twelfth in Auckland, an hour after midnight.
    expect(next({ frequency: 'monthly', timezone: 'Pacific/Auckland' }, after, 1)).toEqual(['2026-03-11T20:00Z']);
  });

  it('of an hourly schedule counts elapsed hours through a change of offset', () => {
    const every6 = {
      frequency: 'hourly',
      interval: 6,
      time: '00:15',
      startsOn: '2026-03-08',
      timezone: 'America/New_York',
    } as const;
    expect(next(every6, '2026-03-08T00:00:00Z', 4)).toEqual([
      '2026-03-08T05:15Z',
      '2026-03-08T11:15Z',
      '2026-03-08T17:15Z',
      '2026-03-08T23:15Z',
    ]);
  });

  it.each([
    [
      'a day that a zone skipped',
      'Pacific/Apia',
      '09:00',
      '2011-12-29T20:00:00Z',
      ['2011-12-30T19:00Z', '2011-12-31T19:00Z'],
    ],
    [
      'a gap of a day westwards of the date line',
      'Pacific/Kwajalein',
      '09:00',
      '1993-08-20T22:00:00Z',
      ['1993-08-21T21:00Z', '1993-08-22T21:00Z'],
    ],
    [
      'half an hour of gap',
      'Australia/Lord_Howe',
      '02:15',
      '2026-10-03T12:00:00Z',
      ['2026-10-03T15:45Z', '2026-10-04T15:15Z'],
    ],
    ['a gap at midnight', 'Asia/Beirut', '00:30', '2026-03-28T12:00:00Z', ['2026-03-28T22:30Z', '2026-03-29T21:30Z']],
    [
      'a gap of two hours',
      'Antarctica/Troll',
      '01:30',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:30Z', '2026-03-29T23:30Z'],
    ],
    [
      'an overlap at midnight',
      'America/Havana',
      '00:30',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T04:30Z', '2026-11-02T05:30Z'],
    ],
    [
      'winter time that is the exception',
      'Africa/Casablanca',
      '02:30',
      '2026-02-14T12:00:00Z',
      ['2026-02-15T01:30Z', '2026-02-16T02:30Z'],
    ],
  ])('stands through %s', (_, timezone, time, after, expected) => {
    expect(next({ time, timezone }, after, 2)).toEqual(expected);
  });

  it('fires once where two wall-clock times fall on one instant', () => {
    const schedule = { frequency: 'cron', cron: '30 2,3 * * *', timezone: 'America/New_York' } as const;
    expect(next(schedule, '2026-03-08T05:00:00Z', 3)).toEqual([
      '2026-03-08T07:30Z',
      '2026-03-09T06:30Z',
      '2026-03-09T07:30Z',
    ]);
  });

  it('stops at the end of the year 9999', () => {
    expect(next({ frequency: 'yearly', interval: 9_000, startsOn: '2026-01-01' }, '2026-06-01T00:00:00Z', 1)).toEqual(
      [],
    );
  });

  it('refuses what is not an instant', () => {
    expect(() => nextRun({}, new Date(NaN))).toThrow('after must be a valid Date');
  });
});
