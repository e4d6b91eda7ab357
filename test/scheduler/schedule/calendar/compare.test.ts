// Policies side by side: the days that differ and no other, found near the changes of clock.
import { describe, expect, it } from '@jest/globals';
import {
  compareSchedule,
  parseSchedule,
  scheduleCalendar,
  type ScheduleJson,
} from '../../../../src/scheduler/schedule/index.js';

const anchor = new Date('2026-01-15T12:00:00Z');
const YEAR = { from: '2026-01-01', to: '2026-12-31', anchor };

const compare = (json: ScheduleJson, range = YEAR) => compareSchedule(parseSchedule(json), range);

type Comparison = ReturnType<typeof compare>;
const daysOf = ({ policies }: Comparison, field: string) => policies.find((one) => one.field === field)?.days ?? [];
const shown = (comparison: Comparison, field: string): unknown[] =>
  daysOf(comparison, field).map(({ date, byValue }) => [
    date,
    Object.fromEntries(
      Object.entries(byValue).map(([value, list]) => [
        value,
        list.map(({ at, local, utcOffset }) => (at ? `${local.slice(11, 16)} ${utcOffset}` : 'left out')),
      ]),
    ),
  ]);

describe('policies side by side', () => {
  it('differ on the day of a gap, and on no other', () => {
    const comparison = compare({ time: '02:30', timezone: 'America/New_York' });
    expect(comparison).toMatchObject({ zone: 'America/New_York', truncated: false });
    expect(comparison.policies.map(({ field, current, values }) => [field, current, values])).toEqual([
      ['dst_gap', 'shift', ['shift', 'skip']],
      ['dst_overlap', 'first', ['first', 'second', 'both']],
      ['month_end', 'clamp', ['clamp', 'skip']],
    ]);
    expect(shown(comparison, 'dst_gap')).toEqual([['2026-03-08', { shift: ['03:30 -04:00'], skip: ['left out'] }]]);
    expect(shown(comparison, 'dst_overlap')).toEqual([]);
    expect(shown(comparison, 'month_end')).toEqual([]);
  });

  it('differ on the day of an overlap, from what the schedule says otherwise', () => {
    const comparison = compare({ time: '01:30', timezone: 'America/New_York', dst_overlap: 'both', dst_gap: 'skip' });
    expect(comparison.policies.map(({ current }) => current)).toEqual(['skip', 'both', 'clamp']);
    expect(shown(comparison, 'dst_overlap')).toEqual([
      ['2026-11-01', { first: ['01:30 -04:00'], second: ['01:30 -05:00'], both: ['01:30 -04:00', '01:30 -05:00'] }],
    ]);
  });

  it('differ in every month that is too short', () => {
    const comparison = compare({ frequency: 'monthly', day_of_month: 31, timezone: 'UTC' });
    expect(daysOf(comparison, 'month_end').map(({ date }) => date)).toEqual([
      '2026-02-28',
      '2026-04-30',
      '2026-06-30',
      '2026-09-30',
      '2026-11-30',
    ]);
  });

  it('do not matter to real time', () => {
    for (const schedule of [{ frequency: 'hourly' }, { frequency: 'cron', cron: '*/5 * * * *' }] as const) {
      const { policies, truncated } = compare({ ...schedule, timezone: 'Europe/Berlin' });
      expect([policies.flatMap(({ days }) => days), truncated]).toEqual([[], false]);
    }
  });

  it('of a date that a zone left out', () => {
    const range = { from: '2011-12-01', to: '2011-12-31', anchor };
    const weekly = { frequency: 'weekly', day_of_week: 5, timezone: 'Pacific/Apia' } as const;
    expect(shown(compare(weekly, range), 'dst_gap')).toEqual([['2011-12-31', { shift: ['09:00 +14:00'], skip: [] }]]);
  });

  it('say when there is more on a day than they compare', () => {
    const comparison = compare({ frequency: 'cron', cron: '* * 0-6 * * *', timezone: 'Europe/Berlin' });
    expect(comparison.truncated).toBe(true);
    expect(daysOf(comparison, 'dst_gap').length).toBeLessThanOrEqual(3);
  });

  it('find what whole calendars find, in zones with many changes', () => {
    for (const timezone of [
      'Africa/Casablanca',
      'Australia/Lord_Howe',
      'America/Santiago',
      'Asia/Beirut',
      'Antarctica/Troll',
    ]) {
      const schedule = parseSchedule({ frequency: 'cron', cron: '20 0,2,23 * * *', timezone });
      const signatures = (['shift', 'skip'] as const).map((dstGap) => {
        const { days } = scheduleCalendar({ ...schedule, dstGap }, { ...YEAR, maxOccurrences: 10_000 });
        return new Map(
          days.map(({ date, occurrences }) => [date, occurrences.flatMap(({ at }) => at?.getTime() ?? []).join()]),
        );
      });
      const [shift, skip] = signatures as [Map<string, string>, Map<string, string>];
      const expected = [...shift.keys()].filter((date) => shift.get(date) !== (skip.get(date) ?? ''));
      expect([timezone, expected.length]).not.toEqual([timezone, 0]);
      expect([timezone, daysOf(compareSchedule(schedule, YEAR), 'dst_gap').map(({ date }) => date)]).toEqual([
        timezone,
        expected,
      ]);
    }
  });
});
