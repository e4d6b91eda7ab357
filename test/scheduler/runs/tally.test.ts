// What a run adds up to.
import { describe, expect, it } from '@jest/globals';
import { countsOf, createTally } from '../../../src/scheduler/runs/tally.js';

const sample = (code: string) => ({ id: '1', code, message: 'm', at: '2026-01-01T00:00:00Z' });

describe('createTally', () => {
  it('adds counts, its own ones too, and leaves out what is no number', () => {
    const tally = createTally();
    tally.add({ processed: 2, successful: 2 });
    tally.add({ processed: 1, failed: 1, pages: 5, broken: NaN });
    expect(tally.numbers().counts).toMatchObject({ processed: 3, successful: 2, failed: 1, pages: 5, dead: 0 });
    expect(tally.numbers().counts.broken).toBeUndefined();
  });

  it('keeps ten samples and counts every error by its code, in fifty groups at most', () => {
    const tally = createTally();
    tally.sample(Array.from({ length: 25 }, () => sample('HTTP_503')));
    tally.sample(Array.from({ length: 60 }, (_, i) => sample(`E${i}`)));
    const { samples, errorGroups } = tally.numbers();
    expect(samples).toHaveLength(10);
    expect(errorGroups.HTTP_503).toBe(25);
    expect(Object.keys(errorGroups)).toHaveLength(51);
    expect(errorGroups.OTHER).toBe(11);
  });

  it('is empty until something was done, counted or sampled', () => {
    const tally = createTally();
    tally.progress({ done: 0, total: 9, note: null });
    tally.add({ processed: 0 });
    expect(tally.empty()).toBe(true);
    tally.add({ lost: 1 });
    expect(tally.empty()).toBe(false);
  });
});

describe('countsOf', () => {
  it('understands processed_count and its like and works out what succeeded', () => {
    expect(countsOf({ processed_count: 5, failed_count: 2, skipped_count: 1, mails: 3, stopped_early: 1 })).toEqual({
      processed: 5,
      failed: 2,
      skipped: 1,
      successful: 3,
      mails: 3,
    });
    expect(countsOf({ processed_count: 5, successful_count: 1 }).successful).toBe(1);
    expect(countsOf({ words: 'no number' })).toEqual({});
  });
});
