// Schedules as adopted rows hold them: read as far as they can be, never a crash.
import { describe, expect, it } from '@jest/globals';
import {
  createScheduleBook,
  readStoredSchedule,
  type StoredSchedule,
} from '../../../src/subscriptions/schedules/stored-schedule.js';

const row = (given: Partial<StoredSchedule>): StoredSchedule => ({
  frequency: null,
  timezone: null,
  schedule: null,
  anchorMs: Date.parse('2026-03-10T23:30:00Z'),
  ...given,
});

describe('reading', () => {
  it.each<[Partial<StoredSchedule>, object, string[]]>([
    [{}, { frequency: 'daily', time: '09:00', timezone: 'Europe/Berlin' }, []],
    [{ frequency: ' Weekly' }, { frequency: 'weekly' }, []],
    [{ frequency: 'fortnightly' }, { frequency: 'daily' }, ['unknown_frequency']],
    [
      { timezone: 'Mars/Olympus', frequency: 'monthly' },
      { frequency: 'monthly', timezone: 'Europe/Berlin' },
      ['unknown_timezone'],
    ],
    [
      { schedule: '{"time":"25:00"}', timezone: 'Asia/Tokyo' },
      { time: '09:00', timezone: 'Asia/Tokyo' },
      ['invalid_schedule'],
    ],
    [{ schedule: '[1]' }, { frequency: 'daily' }, ['invalid_schedule']],
    [{ schedule: 'not json' }, { frequency: 'daily' }, ['invalid_schedule']],
    [{ frequency: 'cron' }, { frequency: 'daily' }, ['invalid_schedule']],
    [
      { frequency: '', timezone: 'x', schedule: '{"cron":"nonsense"}' },
      { frequency: 'daily', timezone: 'Europe/Berlin' },
      ['unknown_frequency', 'invalid_schedule', 'unknown_timezone'],
    ],
  ])('%j', (given, schedule, irregular) => {
    const read = readStoredSchedule(row(given), 'Europe/Berlin');
    expect(read.schedule).toMatchObject(schedule);
    expect(read.irregular).toEqual(irregular);
  });
});

describe('the book', () => {
  it('compiles a schedule once, and once per local date of the anchor where it takes something from that', () => {
    const book = createScheduleBook({ defaultTimezone: 'UTC' });
    const at = (anchor: string, frequency: string) =>
      book.compiled(row({ frequency, timezone: 'Europe/Berlin', anchorMs: Date.parse(anchor) }));
    expect(at('2026-03-10T10:00:00Z', 'daily')).toBe(at('2026-03-12T10:00:00Z', 'daily'));
    // 23:30 UTC is the next day in Berlin already
    expect(at('2026-03-10T23:30:00Z', 'weekly')).toBe(at('2026-03-11T10:00:00Z', 'weekly'));
    expect(at('2026-03-10T22:30:00Z', 'weekly')).not.toBe(at('2026-03-10T23:30:00Z', 'weekly'));
    const next = at('2026-03-10T23:30:00Z', 'weekly').next(Date.parse('2026-03-11T12:00:00Z'));
    expect(new Date(next ?? 0).toISOString()).toBe('2026-03-18T08:00:00.000Z');
  });

  it.each([Infinity, -Infinity, 9e15, null])('takes an anchor of %s, which no Date can be, for none', (anchorMs) => {
    const stored = { frequency: 'monthly', timezone: 'Europe/Berlin', schedule: null, anchorMs };
    const { compiled } = createScheduleBook({ defaultTimezone: 'UTC' });
    expect(compiled(stored).next(0)).toBe(compiled({ ...stored, anchorMs: 0 }).next(0));
  });

  it('keeps no more than it was told to', () => {
    const book = createScheduleBook({ defaultTimezone: 'UTC', max: 2 });
    const first = book.compiled(row({ frequency: 'daily' }));
    expect(book.compiled(row({ frequency: 'daily' }))).toBe(first);
    for (const minute of [1, 2, 3]) book.compiled(row({ schedule: `{"time":"10:0${minute}"}` }));
    expect(book.compiled(row({ frequency: 'daily' }))).not.toBe(first);
  });
});
