// The preview: what fires, what a policy did to it, what was left out and where; and the schedule in words.
import { describe, expect, it } from '@jest/globals';
import { firstRun, parseSchedule, previewSchedule, type ScheduleLike } from '../../../src/scheduler/schedule/index.js';

const show = (schedule: ScheduleLike, after: string, count = 3): string[] =>
  previewSchedule(schedule, { after: new Date(after), count }).map(({ at, local, utcOffset, notes }) =>
    [at?.toISOString().slice(0, 16) ?? '-', local, utcOffset ?? '-', ...notes].join(' '),
  );
const newYork = { time: '02:30', timezone: 'America/New_York' };

describe('a preview', () => {
  it('shows local time and offset, and a shifted gap', () => {
    expect(show(newYork, '2026-03-07T12:00:00Z')).toEqual([
      '2026-03-08T07:30 2026-03-08T03:30:00 -04:00 gap_shifted',
      '2026-03-09T06:30 2026-03-09T02:30:00 -04:00',
      '2026-03-10T06:30 2026-03-10T02:30:00 -04:00',
    ]);
  });

  it('lists what a gap left out, beyond the count', () => {
    expect(show({ ...newYork, dst_gap: 'skip' }, '2026-03-07T00:00:00Z', 2)).toEqual([
      '2026-03-07T07:30 2026-03-07T02:30:00 -05:00',
      '- 2026-03-08T02:30:00 - gap_skipped',
      '2026-03-09T06:30 2026-03-09T02:30:00 -04:00',
    ]);
  });

  it('says of what a gap left out that its day was a month end as well', () => {
    const monthly = { ...newYork, frequency: 'monthly', day_of_month: 31, dst_gap: 'skip' } as const;
    const auckland = { ...monthly, time: '02:13', timezone: 'Pacific/Auckland' };
    expect(show(auckland, '2029-09-01T00:00:00Z', 1)).toEqual([
      '- 2029-09-30T02:13:00 - gap_skipped month_end_clamped',
      '2029-10-30T13:13 2029-10-31T02:13:00 +13:00',
    ]);
  });

  it.each([
    [
      'first',
      ['2026-11-01T05:30 2026-11-01T01:30:00 -04:00 overlap_first', '2026-11-02T06:30 2026-11-02T01:30:00 -05:00'],
    ],
    [
      'second',
      ['2026-11-01T06:30 2026-11-01T01:30:00 -05:00 overlap_second', '2026-11-02T06:30 2026-11-02T01:30:00 -05:00'],
    ],
    [
      'both',
      [
        '2026-11-01T05:30 2026-11-01T01:30:00 -04:00 overlap_first',
        '2026-11-01T06:30 2026-11-01T01:30:00 -05:00 overlap_second',
      ],
    ],
  ] as const)('says which of two it is (%s)', (dst_overlap, expected) => {
    expect(show({ time: '01:30', timezone: 'America/New_York', dst_overlap }, '2026-10-31T12:00:00Z', 2)).toEqual(
      expected,
    );
  });

  it('notes a month end that is clamped, or lists the one that is skipped', () => {
    const monthly = { frequency: 'monthly', day_of_month: 31 } as const;
    expect(show(monthly, '2026-02-01T00:00:00Z', 2)).toEqual([
      '2026-02-28T09:00 2026-02-28T09:00:00 +00:00 month_end_clamped',
      '2026-03-31T09:00 2026-03-31T09:00:00 +00:00',
    ]);
    expect(show({ ...monthly, month_end: 'skip' }, '2026-02-01T00:00:00Z', 2)).toEqual([
      '- 2026-02-31T09:00:00 - month_end_skipped',
      '2026-03-31T09:00 2026-03-31T09:00:00 +00:00',
      '- 2026-04-31T09:00:00 - month_end_skipped',
      '2026-05-31T09:00 2026-05-31T09:00:00 +00:00',
    ]);
  });

  it('of a zone that skipped a day', () => {
    expect(show({ timezone: 'Pacific/Apia' }, '2011-12-29T00:00:00Z', 2)).toEqual([
      '2011-12-29T19:00 2011-12-29T09:00:00 -10:00',
      '2011-12-30T19:00 2011-12-31T09:00:00 +14:00 gap_shifted',
    ]);
    expect(show({ timezone: 'Pacific/Apia', dst_gap: 'skip' }, '2011-12-29T20:00:00Z', 1)).toEqual([
      '- 2011-12-30T09:00:00 - gap_skipped',
      '2011-12-30T19:00 2011-12-31T09:00:00 +14:00',
    ]);
  });

  it('of a real-time schedule passes through both hours', () => {
    expect(
      show({ frequency: 'cron', cron: '30 * * * *', timezone: 'America/New_York' }, '2026-11-01T05:00:00Z'),
    ).toEqual([
      '2026-11-01T05:30 2026-11-01T01:30:00 -04:00 overlap_first',
      '2026-11-01T06:30 2026-11-01T01:30:00 -05:00 overlap_second',
      '2026-11-01T07:30 2026-11-01T02:30:00 -05:00',
    ]);
  });

  it('ends with the schedule, and is refused after it as setting it would be', () => {
    const schedule = { ends_on: '2026-01-03', starts_on: '2026-01-02' };
    expect(show(schedule, '2026-01-01T00:00:00Z', 9)).toHaveLength(2);
    expect(() => show(schedule, '2026-02-01T00:00:00Z', 9)).toThrow(/ends_on leaves no occurrence from then on/);
  });

  it('refuses a schedule of which nothing is left, and a count out of range', () => {
    expect(() =>
      show({ frequency: 'monthly', day_of_month: 31, ends_on: '2026-01-20' }, '2026-01-10T00:00:00Z'),
    ).toThrow(/never fire/);
    expect(() => show({}, '2026-01-10T00:00:00Z', 0)).toThrow('count must be');
    expect(() => show({}, '2026-01-10T00:00:00Z', 1_001)).toThrow('count must be');
  });

  it('refuses by the pattern what only ever falls into a gap', () => {
    const gapDays = {
      frequency: 'cron',
      cron: '30 2 8 3 +SUN',
      timezone: 'America/New_York',
      dst_gap: 'skip',
    } as const;
    const why = /cron leaves only local times that do not exist, and dst_gap is skip: .*never fire/;
    expect(() => show(gapDays, '2026-01-01T00:00:00Z')).toThrow(why);
    // before 2007 the clocks were changed in April
    const everyYear = { ...gapDays, cron: '30 2 * 3 SUN#2' };
    expect(show(everyYear, '2006-01-01T00:00:00Z', 1)).toEqual(['2006-03-12T07:30 2006-03-12T02:30:00 -05:00']);
    expect(() => show(everyYear, '2006-04-01T00:00:00Z')).toThrow(why);
  });

  it('says that time itself is over', () => {
    expect(() => show({}, '9999-12-31T23:00:00Z')).toThrow(/frequency leaves no occurrence .* the year 9999/);
  });

  it('reaches the last day there is', () => {
    expect(show({ starts_on: '9999-12-31' }, '2026-01-01T00:00:00Z')).toEqual([
      '9999-12-31T09:00 9999-12-31T09:00:00 +00:00',
    ]);
  });

  it('shows ten without a count', () => {
    expect(previewSchedule({}, { after: new Date(0) })).toHaveLength(10);
  });
});

describe('the first run of a schedule that is being set', () => {
  const now = new Date('2026-06-01T12:00:00Z');

  it('is its next occurrence', () =>
    expect(firstRun(parseSchedule({}), now)).toEqual(new Date('2026-06-02T09:00:00Z')));

  it.each<[ScheduleLike, string]>([
    [{ ends_on: '2026-05-01' }, 'ends_on'],
    [{ frequency: 'yearly', interval: 4, month: 2, day_of_month: 29, month_end: 'skip' }, 'day_of_month'],
  ])('%j would never come, and is refused', (json, path) => {
    expect(() => firstRun(parseSchedule(json), now)).toThrow(new RegExp(`${path} .*never fire`));
  });
});
