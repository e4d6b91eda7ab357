// The rules of the ladder by themselves.
import { describe, expect, it } from '@jest/globals';
import { isDaysLadder } from '../../../../src/base/config/days-ladder.js';
import { decideDunning } from '../../../../src/modules/billing/dunning/decide-dunning.js';

const decide = (today: string, steps: number, lastSent: string | null = null) =>
  decideDunning([0, 3, 7, 14], {
    ...{ today, firstOn: '2026-03-06', steps },
    lastSent: lastSent === null ? null : new Date(lastSent),
    now: new Date(`${today}T09:00:00Z`),
  });

describe('decideDunning', () => {
  it.each([
    ['2026-03-06', 0, 1, false],
    ['2026-03-09', 1, 2, false],
    ['2026-03-13', 1, 3, false],
    ['2026-04-30', 0, 4, true],
  ])('sends on %s after %d steps', (today, done, steps, isLast) => {
    expect(decide(today, done)).toEqual({ kind: 'send', steps, isLast });
  });

  it('waits between the days of the ladder, and 3 days after any mail', () => {
    expect(decide('2026-03-08', 1)).toEqual({ kind: 'wait', reason: 'no mail is due today' });
    expect(decide('2026-03-09', 1, '2026-03-07T08:00:00Z')).toMatchObject({ kind: 'wait' });
    // an hour is lost when clocks are set forward, and the first mail may be late
    expect(decide('2026-03-09', 1, '2026-03-06T10:05:00Z')).toMatchObject({ kind: 'send' });
  });
});

describe('isDaysLadder', () => {
  it.each([[[0, 3, 7, 14]], [[5]], [[1, 365]]])('takes %j', (days) => expect(isDaysLadder(days)).toBe(true));
  it.each([[[]], [[0, 2]], [[3, 0]], [[0.5]], [[-1]], [[0, 366]], [['0']], ['0,3'], [null], [[Number.NaN]]])(
    'refuses %j',
    (days) => expect(isDaysLadder(days)).toBe(false),
  );
});
