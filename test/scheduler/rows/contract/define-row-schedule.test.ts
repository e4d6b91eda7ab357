// A description of a table that cannot be right is refused when it is made, with the path of what is wrong.
import { describe, expect, it } from '@jest/globals';
import { createScheduler, defineRowSchedule, type AnyRowSchedule } from '../../../../src/index.js';

const right = { name: 'reminders', table: 'reminders', schedule: 'schedule', run: async () => {} };
const refusalOf = (path: string) =>
  expect.objectContaining({ code: 'INVALID_CONFIG', details: { errors: [expect.objectContaining({ path })] } });

describe('defineRowSchedule', () => {
  it.each<[string, Partial<AnyRowSchedule>]>([
    ['name', { name: 'Reminders' }],
    ['name', { name: 'x'.repeat(41) }],
    ['table', { table: 'a.b.c' }],
    ['table', { table: 'a"b' }],
    ['prefix', { prefix: 'Our' }],
    ['key', { key: '' }],
    ['active', { active: 'a"b' }],
    ['columns.1', { columns: ['fine', ''] }],
    ['schedule', { schedule: '' }],
    ['schedule.columns', { schedule: { columns: [], read: () => ({}) } }],
    ['schedule.read', { schedule: { columns: ['time'], read: 'no' } as never }],
    ['run', { inTransaction: async () => {} }],
    ['batchSize', { batchSize: 0 }],
    ['maxAttempts', { maxAttempts: 1.5 }],
    ['lagWarnS', { lagWarnS: -1 }],
  ])('refuses a wrong %s', (path, wrong) => {
    expect(() => defineRowSchedule({ ...right, ...wrong } as never)).toThrow(refusalOf(path));
  });

  it.each([
    ['schedule', { schedule: { time: '25:00' } }],
    ['zone', { defaultTimezone: 'Mars/Olympus' }],
    ['policy', { policies: { misfire: 'never' } as never }],
  ])('refuses a %s that is none', (_what, wrong) => {
    expect(() => defineRowSchedule({ ...right, ...wrong })).toThrow(
      expect.objectContaining({ code: 'INVALID_SCHEDULE' }),
    );
  });

  it('returns what it was given', () => {
    expect(defineRowSchedule(right)).toBe(right);
  });
});

describe('two row schedules of one scheduler', () => {
  const schedulerOf = (...rows: AnyRowSchedule[]) =>
    createScheduler({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', subscriptions: false, rows });

  it.each([
    ['names that are alike', { name: 'a-b' }, { name: 'a_b', table: 'other' }, 'must differ'],
    ['the same columns', { name: 'a' }, { name: 'b' }, 'give each a different "prefix"'],
    [
      'the same due time',
      { name: 'a', nextRun: 'due' },
      { name: 'b', nextRun: 'due', prefix: 'other' },
      'give each a different "prefix"',
    ],
  ])('may not have %s', (_what, one, other, message) => {
    expect(() => schedulerOf({ ...right, ...one }, { ...right, ...other })).toThrow(message);
  });

  it('may be about one table with a prefix each', () => {
    expect(() => schedulerOf({ ...right, name: 'a' }, { ...right, name: 'b', prefix: 'other' })).not.toThrow();
  });
});
