// Counts since the last look, from counters per type and hour.
import { describe, expect, it } from '@jest/globals';
import { addEnds, endsJson, endsSince } from '../../../../src/routes/resources/live/ended-jobs.js';

const row = (hour: number, type: string, completed: number, dead = 0) => ({
  ...{ hour: new Date(Date.UTC(2026, 4, 1, hour)), type, completed, retried: 0, dead, cancelled: 0 },
});
const ends = (completed: number, dead = 0) => ({ completed, retried: 0, dead, cancelled: 0 });

describe('jobs that ended since the last look', () => {
  it('are the growth of each counter, over hours', () => {
    const before = [row(9, 'mail', 100), row(9, 'bill', 5, 1), row(8, 'mail', 7)];
    const now = [row(9, 'mail', 110), row(9, 'bill', 5, 1), row(10, 'mail', 3, 2), row(10, 'new', 1)];
    expect([...endsSince(before, now)]).toEqual([
      ['mail', ends(13, 2)],
      ['new', ends(1)],
    ]);
    expect([...endsSince(now, now)]).toEqual([]);
  });

  it('add up for a client that has not read the last event yet', () => {
    const first = endsSince([], [row(9, 'mail', 2)]);
    const both = addEnds(first, endsSince([row(9, 'mail', 2)], [row(9, 'mail', 5), row(9, 'bill', 1)]));
    expect(endsJson(both)).toEqual({
      types: [
        { type: 'bill', ...ends(1) },
        { type: 'mail', ...ends(5) },
      ],
    });
  });
});
