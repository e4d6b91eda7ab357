// A schedule by local day: what the preview lists, no more and no less, and each change of clock on its own day.
import { describe, expect, it } from '@jest/globals';
import {
  parseSchedule,
  previewSchedule,
  scheduleCalendar,
  type CalendarOptions,
  type ScheduleJson,
} from '../../../../src/scheduler/schedule/index.js';

const anchor = new Date('2026-01-15T12:00:00Z');

const calendar = (json: ScheduleJson, from: string, to: string, options: Partial<CalendarOptions> = {}) =>
  scheduleCalendar(parseSchedule(json), { from, to, anchor, maxOccurrences: 10_000, ...options });

const shown = (...args: Parameters<typeof calendar>): string[] =>
  calendar(...args).days.map(({ date, occurrences, clockChange }) =>
    [
      date,
      ...occurrences.map(({ at, local, notes }) => [at ? local.slice(11, 16) : '-', ...notes].join(' ')),
      ...(clockChange ? [`${clockChange.jumpMinutes} at ${new Date(clockChange.atMs).toISOString()}`] : []),
    ].join(', '),
  );

describe('the calendar of a schedule', () => {
  const newYork = { time: '02:30', timezone: 'America/New_York' };

  it('lists a day of a gap, and the change of its clock', () => {
    expect(shown(newYork, '2026-03-07', '2026-03-09')).toEqual([
      '2026-03-07, 02:30',
      '2026-03-08, 03:30 gap_shifted, 60 at 2026-03-08T07:00:00.000Z',
      '2026-03-09, 02:30',
    ]);
    expect(shown({ ...newYork, dst_gap: 'skip' }, '2026-03-08', '2026-03-08')).toEqual([
      '2026-03-08, - gap_skipped, 60 at 2026-03-08T07:00:00.000Z',
    ]);
  });

  it('lists both times of an overlap on its day, and a change on which nothing runs', () => {
    const both = { time: '01:30', timezone: 'America/New_York', dst_overlap: 'both' } as const;
    expect(shown(both, '2026-11-01', '2026-11-01')).toEqual([
      '2026-11-01, 01:30 overlap_first, 01:30 overlap_second, -60 at 2026-11-01T06:00:00.000Z',
    ]);
    const yearly = { frequency: 'yearly', month: 1, day_of_month: 1, timezone: 'Europe/Berlin' } as const;
    expect(shown(yearly, '2026-03-01', '2026-12-31')).toEqual([
      '2026-03-29, 60 at 2026-03-29T01:00:00.000Z',
      '2026-10-25, -60 at 2026-10-25T01:00:00.000Z',
    ]);
  });

  it('puts a change over midnight and the hour that comes again on the day they belong to', () => {
    const hourly = { frequency: 'hourly', timezone: 'America/Santiago' } as const;
    const [day] = calendar(hourly, '2026-04-04', '2026-04-04').days;
    expect(day?.occurrences).toHaveLength(25);
    expect(day?.clockChange).toEqual({ atMs: Date.UTC(2026, 3, 5, 3), jumpMinutes: -60 });
    expect(calendar(hourly, '2026-04-05', '2026-04-05').days[0]).toMatchObject({
      date: '2026-04-05',
      clockChange: null,
    });
    // until 2011 the clocks of Newfoundland were changed at 00:01
    const newfoundland = { ...hourly, timezone: 'America/St_Johns' };
    expect(calendar(newfoundland, '2010-11-06', '2010-11-06').total).toBe(24);
    expect(calendar(newfoundland, '2010-11-07', '2010-11-07').total).toBe(25);
  });

  it('lists a date that a zone left out as one on which nothing runs', () => {
    const apia = { timezone: 'Pacific/Apia', dst_gap: 'skip' } as const;
    expect(shown(apia, '2011-12-30', '2011-12-31')).toEqual([
      '2011-12-30, - gap_skipped',
      '2011-12-31, 09:00, 1440 at 2011-12-30T10:00:00.000Z',
    ]);
  });

  it('lists months without that day where they end, though nothing runs in the range', () => {
    const monthly = { frequency: 'monthly', day_of_month: 31, month_end: 'skip' } as const;
    expect(shown(monthly, '2026-02-01', '2026-02-28')).toEqual(['2026-02-28, - month_end_skipped']);
    expect(shown(monthly, '2026-02-01', '2026-02-27')).toEqual([]);
  });

  it('takes what is left open from the anchor, and has nothing beyond the dates of the schedule', () => {
    const weekly = { frequency: 'weekly' } as const;
    expect(shown(weekly, '2026-03-01', '2026-03-14')).toEqual(['2026-03-05, 09:00', '2026-03-12, 09:00']);
    const ended = { ends_on: '2026-03-02', starts_on: '2026-03-02' };
    expect(shown(ended, '2026-03-01', '2026-03-14')).toEqual(['2026-03-02, 09:00']);
    expect(calendar(ended, '2027-03-01', '2027-03-14')).toMatchObject({ days: [], total: 0, truncated: false });
  });

  it('stops at its limit and says so, and does not where the limit is just enough', () => {
    const quarters = { frequency: 'cron', cron: '*/15 * * * *' } as const;
    const limited = (maxOccurrences: number) => calendar(quarters, '2026-03-01', '2026-03-02', { maxOccurrences });
    expect(limited(192)).toMatchObject({ total: 192, truncated: false });
    expect(limited(191)).toMatchObject({ total: 191, truncated: true });
    expect(limited(96).days.map(({ date }) => date)).toEqual(['2026-03-01']);
  });

  it('is what the preview says, in every zone of a kind', () => {
    for (const timezone of ['Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Beirut', 'Pacific/Chatham', 'UTC']) {
      const schedule = { frequency: 'cron', cron: '15 0,2,23 * * *', timezone } as const;
      const listed = calendar(schedule, '2026-01-01', '2026-12-31').days.flatMap(({ occurrences }) => occurrences);
      const preview = previewSchedule(schedule, { after: new Date('2025-12-31T00:00:00Z'), count: 1_000 }).concat(
        previewSchedule(schedule, { after: new Date('2026-11-20T00:00:00Z'), count: 200 }),
      );
      const expected = preview.filter(({ local }) => local.startsWith('2026'));
      const known = new Set(listed.map((one) => JSON.stringify(one)));
      expect(expected.filter((one) => !known.has(JSON.stringify(one)))).toEqual([]);
      expect(known.size).toBe(new Set(expected.map((one) => JSON.stringify(one))).size);
    }
  });

  it.each([
    ['2026-02-30', '2026-03-01', 'from', /date that exists/],
    ['2026-03-02', '2026-03-01', 'to', /not be before from/],
    ['2026-01-01', '2027-01-06', 'to', /within 370 days/],
    ['0900-01-01', '0900-01-02', 'from', /from 1900 on/],
  ])('refuses %s to %s', (from, to, path, message) => {
    expect(() => calendar({}, from, to)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        details: { errors: [{ path, message: expect.stringMatching(message) }] },
      }),
    );
  });

  it('refuses what can never fire', () => {
    const never = { frequency: 'yearly', interval: 4, month: 2, day_of_month: 29, month_end: 'skip' } as const;
    const options = { anchor: new Date('2026-06-01T00:00:00Z') };
    expect(() => calendar(never, '2026-01-01', '2026-12-31', options)).toThrow(/never fire/);
  });
});
