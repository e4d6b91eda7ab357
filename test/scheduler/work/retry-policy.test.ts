import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JOB_RETRY_TABLE_S, retryDelayMs, tableDelayMs } from '../../../src/scheduler/work/retry-policy.js';

const random = (): fc.Arbitrary<number> => fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe('retryDelayMs', () => {
  it('doubles from the base', () => {
    const waits = [1, 2, 3, 4].map((attempt) => retryDelayMs({ attempt, baseMs: 60_000, random: () => 0 }));
    expect(waits).toEqual([60_000, 120_000, 240_000, 480_000]);
  });

  it('adds up to half as much again', () => {
    expect(retryDelayMs({ attempt: 1, baseMs: 60_000, random: () => 0.5 })).toBe(75_000);
  });

  it('is never below the back-off nor above the most, and is still spread at the most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 90_000 }),
        random(),
        (attempt, baseMs, r) => {
          const wait = retryDelayMs({ attempt, baseMs, maxMs: 600_000, random: () => r });
          expect(wait).toBeGreaterThanOrEqual(Math.floor(Math.min(baseMs * 2 ** (attempt - 1), 400_000)));
          expect(wait).toBeLessThanOrEqual(600_000);
          expect(Number.isInteger(wait)).toBe(true);
        },
      ),
    );
    const longest = [0, 0.5].map((r) => retryDelayMs({ attempt: 60, baseMs: 1_000, maxMs: 600_000, random: () => r }));
    expect(longest[0]).toBeLessThan(longest[1]!);
  });

  it('takes Retry-After as a floor, spread above it, up to the most', () => {
    const wait = (retryAfterMs: number, r = 0): number =>
      retryDelayMs({ attempt: 1, baseMs: 1_000, maxMs: 100_000, random: () => r, retryAfterMs });
    expect(wait(30_000)).toBe(30_000);
    expect(wait(30_000, 0.5)).toBe(33_750);
    expect(wait(10)).toBe(1_000);
    expect(wait(9e12)).toBeLessThanOrEqual(100_000);
  });
});

describe('tableDelayMs', () => {
  it('waits as the table says before each attempt and a tenth more at most', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) =>
      tableDelayMs({ attempt, tableS: JOB_RETRY_TABLE_S, random: () => 0 }),
    );
    expect(waits).toEqual([0, 60_000, 120_000, 240_000, 480_000, 480_000]);
    expect(tableDelayMs({ attempt: 2, tableS: JOB_RETRY_TABLE_S, random: () => 0.999_999 })).toBeLessThanOrEqual(
      66_000,
    );
  });

  it('waits for as long as a table says, and up to a day for a receiver that asks for it', () => {
    const long = { tableS: [0, 36_000, 172_800], random: () => 0 };
    expect([2, 3].map((attempt) => tableDelayMs({ ...long, attempt }))).toEqual([36_000_000, 172_800_000]);
    const asked = { attempt: 1, ...long, random: () => 0.999_999 };
    expect(tableDelayMs({ ...asked, retryAfterMs: 7_200_000 })).toBeGreaterThanOrEqual(7_200_000);
    expect(tableDelayMs({ ...asked, retryAfterMs: 1e12 })).toBeLessThanOrEqual(86_400_000);
  });

  it('respects Retry-After', () => {
    const wait = tableDelayMs({ attempt: 2, tableS: JOB_RETRY_TABLE_S, random: () => 0, retryAfterMs: 90_000 });
    expect(wait).toBe(90_000);
  });
});
