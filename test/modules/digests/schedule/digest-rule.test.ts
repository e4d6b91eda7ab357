// The schedule of a digest: what its fields mean to the engine, whatever a host's own SQL has written.
import { describe, expect, it } from '@jest/globals';
import { dayFault, ruleOf, toSchedule } from '../../../../src/modules/digests/schedule/digest-rule.js';
import { nextRun } from '../../../../src/scheduler/schedule/index.js';

const next = (row: Record<string, unknown>, after: string): string | undefined =>
  nextRun(toSchedule(ruleOf(row)), new Date(after))?.toISOString();

describe('a rule', () => {
  it('has the engine’s defaults where a row says nothing', () => {
    expect(ruleOf({ timezone: null })).toEqual({
      frequency: 'daily',
      delivery_time: '09:00',
      delivery_day: null,
      timezone: 'UTC',
      dst_gap: 'shift',
      dst_overlap: 'first',
      month_end: 'clamp',
      misfire: 'once',
    });
  });

  it.each([
    [
      { delivery_time: '09:00:00.000000', timezone: 'Asia/Kathmandu' },
      '2026-03-02T00:00:00Z',
      '2026-03-02T03:15:00.000Z',
    ],
    [{ delivery_time: '02:30', timezone: 'America/New_York' }, '2026-03-08T00:00:00Z', '2026-03-08T07:30:00.000Z'],
    [
      { delivery_time: '02:30', timezone: 'America/New_York', dst_gap: 'skip' },
      '2026-03-08T00:00:00Z',
      '2026-03-09T06:30:00.000Z',
    ],
    [{ frequency: 'weekly', delivery_day: '3' }, '2026-03-02T00:00:00Z', '2026-03-04T09:00:00.000Z'],
    [{ frequency: 'weekly' }, '2026-03-03T00:00:00Z', '2026-03-09T09:00:00.000Z'],
    [{ frequency: 'monthly', delivery_day: 31 }, '2026-02-02T00:00:00Z', '2026-02-28T09:00:00.000Z'],
    [{ frequency: 'monthly', delivery_day: 31, month_end: 'skip' }, '2026-02-02T00:00:00Z', '2026-03-31T09:00:00.000Z'],
    [{ frequency: 'daily', delivery_day: 5 }, '2026-03-02T00:00:00Z', '2026-03-02T09:00:00.000Z'],
  ])('%j after %s is due at %s', (row, after, expected) => expect(next(row, after)).toBe(expected));

  it.each([
    [{ frequency: 'fortnightly' }, 'frequency must be one of daily, weekly, monthly'],
    [{ frequency: 'weekly', delivery_day: 0 }, 'delivery_day must be a whole number from 1 to 7'],
    [{ frequency: 'monthly', delivery_day: 32 }, 'delivery_day must be a whole number from 1 to 31'],
    [{ frequency: 'weekly', delivery_day: 'x' }, 'delivery_day must be a whole number'],
    [{ dst_gap: 'jump' }, 'dst_gap must be one of shift, skip'],
  ])('says what is wrong with %j', (row, message) => expect(() => ruleOf(row)).toThrow(message));
});

it('a day belongs to a week or a month', () => {
  expect(dayFault('daily', 1)).toContain('leave it out');
  expect([dayFault('weekly', 7), dayFault('monthly', 31), dayFault('daily', null)]).toEqual([null, null, null]);
});
