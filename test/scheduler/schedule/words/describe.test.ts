// A schedule in words: true, and to be understood in one way only.
import { describe, expect, it } from '@jest/globals';
import { describeSchedule, type ScheduleLike } from '../../../../src/scheduler/schedule/index.js';

const newYork = { time: '02:30', timezone: 'America/New_York' };

describe('a schedule in words', () => {
  const inWords = (schedule: ScheduleLike, after = '2026-01-01T00:00:00Z'): string =>
    describeSchedule(schedule, { after: new Date(after) });

  it.each<[ScheduleLike, string]>([
    [{}, 'every day at 09:00, UTC'],
    [{ interval: 3, startsOn: '2026-01-05' }, 'every 3 days at 09:00, UTC, from 5 January 2026'],
    [{ frequency: 'hourly', time: '00:15' }, 'every hour at 15 past, UTC'],
    [{ frequency: 'hourly', interval: 6 }, 'every 6 hours on the hour, UTC'],
    [{ frequency: 'weekly', dayOfWeek: 7, endsOn: '2026-12-31' }, 'every Sunday at 09:00, UTC, until 31 December 2026'],
    [{ frequency: 'weekly', interval: 2 }, 'every 2 weeks on Thursday at 09:00, UTC'],
    [
      { frequency: 'monthly', dayOfMonth: 31, timezone: 'Asia/Tokyo' },
      'every last day of the month at 09:00, Tokyo time',
    ],
    [{ frequency: 'monthly', dayOfMonth: 30 }, 'every month on day 30 (the last day of shorter months) at 09:00, UTC'],
    [
      { frequency: 'monthly', dayOfMonth: 31, monthEnd: 'skip' },
      'every month on day 31 (months without that day are left out) at 09:00, UTC',
    ],
    [
      { frequency: 'quarterly', dayOfMonth: 1, month: 2 },
      'every quarter on day 1 of February, May, August and November at 09:00, UTC',
    ],
    [
      { frequency: 'yearly', month: 2, dayOfMonth: 29 },
      'every year on 29 February (the last of February in other years) at 09:00, UTC',
    ],
    [{ frequency: 'hourly', time: '00:15:30' }, 'every hour at 15 minutes 30 seconds past, UTC'],
    [
      { frequency: 'quarterly', dayOfMonth: 30, month: 3 },
      'every quarter on day 30 of March, June, September and December at 09:00, UTC',
    ],
    [
      { frequency: 'quarterly', dayOfMonth: 30, month: 2, monthEnd: 'skip' },
      'every quarter on day 30 of February, May, August and November (months without that day are left out) at 09:00, UTC',
    ],
    [
      { frequency: 'quarterly', interval: 2, dayOfMonth: 1, month: 2 },
      'every 2 quarters on day 1 of February and August at 09:00, UTC',
    ],
    [
      { frequency: 'quarterly', interval: 3, dayOfMonth: 31 },
      'every 3 quarters, counted from January 2026, on the last day at 09:00, UTC',
    ],
    [
      { frequency: 'quarterly', interval: 4, dayOfMonth: 31 },
      'every 4 quarters on the last day of January at 09:00, UTC',
    ],
    [
      { frequency: 'monthly', interval: 6, dayOfMonth: 15, startsOn: '2026-02-01' },
      'every 6 months on day 15 of February and August at 09:00, UTC, from 1 February 2026',
    ],
    [
      { frequency: 'monthly', interval: 5, dayOfMonth: 15 },
      'every 5 months, counted from January 2026, on day 15 at 09:00, UTC',
    ],
    [{ frequency: 'yearly', month: 2, dayOfMonth: 30 }, 'every year on the last day of February at 09:00, UTC'],
    [{ frequency: 'yearly', month: 4, dayOfMonth: 31 }, 'every year on the last day of April at 09:00, UTC'],
    [
      { frequency: 'yearly', month: 2, dayOfMonth: 29, monthEnd: 'skip' },
      'every year on 29 February (leap years only) at 09:00, UTC',
    ],
    [
      { frequency: 'cron', cron: '0 9 * * FRI#L' },
      'at 09:00, on the last Friday of the month (cron 0 9 * * FRI#L), UTC',
    ],
    [
      { frequency: 'cron', cron: '0 9 13 * 5' },
      'at 09:00, on the 13th of the month, and also every Friday (cron 0 9 13 * 5), UTC',
    ],
    [
      { frequency: 'cron', cron: '0 9 13 * +5' },
      'at 09:00, on the 13th of the month, only if that is a Friday (cron 0 9 13 * +5), UTC',
    ],
    [
      { frequency: 'cron', cron: '0 9 L,15 * *' },
      'at 09:00, on the 15th and the last day of the month (cron 0 9 L,15 * *), UTC',
    ],
    [
      { frequency: 'cron', cron: '0 9 * * 1-5#2' },
      'at 09:00, on the second Monday, the second Tuesday, the second Wednesday, the second Thursday and the second Friday of the month (cron 0 9 * * 1-5#2), UTC',
    ],
    [{ frequency: 'cron', cron: '0 */10 * * *' }, 'at 00:00, 10:00 and 20:00 (cron 0 */10 * * *), UTC'],
    [{ frequency: 'cron', cron: ' 0\t9 * * * ' }, 'at 09:00 (cron 0 9 * * *), UTC'],
    [{ frequency: 'cron', cron: '0 9 * * 1-5' }, 'at 09:00, every Monday to Friday (cron 0 9 * * 1-5), UTC'],
  ])('%j', (schedule, words) => expect(inWords(schedule)).toBe(words));

  it('keeps to the pattern where words would be no help', () => {
    const cron = `${'0,'.repeat(500)}30 * * * *`;
    expect(inWords({ frequency: 'cron', cron })).toBe(`by cron ${cron}, UTC`);
  });

  it('tells of each change of clock within a year that touches it, however often it runs', () => {
    const cron = (pattern: string, after?: string): string =>
      inWords({ frequency: 'cron', cron: pattern, timezone: 'America/New_York' }, after);
    expect(cron('30 1,9,17 * * *')).toMatch(/on 1 November 2026 01:30 occurs twice and runs the first time$/);
    expect(cron('*/5 1 * * *')).toMatch(
      /on 1 November 2026 the 12 times from 01:00 to 01:55 occur twice and run the first time$/,
    );
    expect(cron('*/10 2 * * *', '2026-03-01T00:00:00Z')).toContain(
      'on 8 March 2026 02:00, 02:10, 02:20, 02:30, 02:40 and 02:50 do not exist and run at 03:00, 03:10, 03:20, 03:30, 03:40 and 03:50',
    );
    expect(cron('* * 1-2 * * *', '2026-03-01T00:00:00Z')).toMatch(
      /on 8 March 2026 the 3,600 times from 02:00 to 02:59:59 do not exist and run at the 3,600 times from 03:00 to 03:59:59; on 1 November 2026 the 3,600 times from 01:00 to 01:59:59 occur twice and run the first time$/,
    );
    expect(cron('*/15 * * * *')).not.toContain('March');
    const ramadan = { time: '02:30', timezone: 'Africa/Casablanca', dst_overlap: 'both' } as const;
    expect(inWords(ramadan)).toMatch(
      /on 15 February 2026 02:30 occurs twice and runs both times; on 22 March 2026 02:30 does not exist/,
    );
  });

  it('tells of the days on which the clock is changed', () => {
    expect(inWords(newYork)).toBe(
      'every day at 02:30, New York time; on 8 March 2026 02:30 does not exist and runs at 03:30',
    );
    expect(inWords({ ...newYork, dst_gap: 'skip' })).toContain('on 8 March 2026 02:30 does not exist and is left out');
    const half = { time: '01:30', timezone: 'America/New_York' };
    expect(inWords(half)).toContain('on 1 November 2026 01:30 occurs twice and runs the first time');
    expect(inWords({ ...half, dst_overlap: 'second' })).toContain('runs the second time');
    expect(inWords({ ...half, dst_overlap: 'both' })).toContain('runs both times');
    expect(inWords({ timezone: 'Pacific/Apia' }, '2011-12-01T00:00:00Z')).toContain(
      'on 30 December 2011 09:00 does not exist and runs at 09:00 on 31 December 2011',
    );
  });
});
