// Quiet hours as users and hosts may write them.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  quietHoursSchema,
  readQuietHours,
} from '../../../../src/modules/notifications/recipients/quiet-hours-schema.js';

const problems = (value: unknown): string[] =>
  (quietHoursSchema.safeParse(value).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the schema', () => {
  it.each([
    [{}],
    [{ daily: [] }],
    [
      {
        daily: [
          ['22:00', '24:00'],
          ['00:00', '07:00'],
        ],
      },
    ],
    [{ daily: [['22:00', '07:00']] }],
    [
      {
        mon: [
          ['22:00', '24:00'],
          ['00:00', '07:00'],
        ],
        sun: [],
      },
    ],
  ])('takes %j', (value) => expect(problems(value)).toEqual([]));

  it.each([
    [
      { mon: [['25:00', '26:00']] },
      ['mon.0.0: must be a time from 00:00 to 23:59', 'mon.0.1: must be a time from 00:00 to 24:00'],
    ],
    [{ mon: [['24:00', '07:00']] }, ['mon.0.0: must be a time from 00:00 to 23:59']],
    [{ mon: [['07:00', '07:00']] }, ['mon.0: must not end at the time at which it begins']],
    [{ mon: [['07:00']] }, ['mon.0: must be a list of two times, such as ["22:00", "07:00"]']],
    [{ daily: [], sat: [] }, ['daily: cannot be combined with single days: repeat its windows for each day']],
    [
      { daily: [['00:00', '24:00']] },
      [': must leave some time of the week: to receive nothing at all, use muted_until'],
    ],
    [{ monday: [] }, [': Unrecognized key: "monday"']],
  ])('refuses %j, and says where', (value, expected) => expect(problems(value)).toEqual(expected));
});

describe('what a host has written', () => {
  it('is read where it can be', () => {
    expect(readQuietHours({ daily: [['22:00', '07:00']] }).kind).toBe('week');
    expect(readQuietHours({ daily: [['00:00', '24:00']] }).kind).toBe('always');
    expect(readQuietHours(null).kind).toBe('none');
    expect(readQuietHours({ mon: [] }).kind).toBe('none');
    expect(readQuietHours('22-7').kind).toBe('invalid');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void readQuietHours(value)));
  });
});
