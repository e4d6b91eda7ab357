// Spread: the same place for the same entity, every place used, never past the next occurrence.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spreadOffsetMs } from '../../../src/scheduler/schedule/index.js';
import { seeded } from './support/arbitraries.js';

describe('spread', () => {
  it('is none by default', () => expect(spreadOffsetMs('a', 0, 0, 1_000)).toBe(0));

  it('stays below the spread and before the next occurrence, and is the same every time', () => {
    const spread = fc.record({
      id: fc.string(),
      seconds: fc.integer({ min: 1, max: 86_400 }),
      room: fc.integer({ min: 1, max: 10 ** 8 }),
    });
    fc.assert(
      fc.property(spread, ({ id, seconds, room }) => {
        const offset = spreadOffsetMs(id, seconds, 5_000, 5_000 + room);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(Math.min(seconds * 1_000, room));
        expect(spreadOffsetMs(id, seconds, 5_000, 5_000 + room)).toBe(offset);
      }),
      seeded(500),
    );
  });

  it('keeps an entity in its place from one occurrence to the next', () => {
    const at = [0, 1, 2].map((day) => spreadOffsetMs('e', 3_600, day * 86_400_000, (day + 1) * 86_400_000));
    expect(new Set(at).size).toBe(1);
  });

  it('uses the whole width evenly for ids that differ by little', () => {
    const buckets = new Array<number>(10).fill(0);
    for (let id = 0; id < 10_000; id++) buckets[Math.floor(spreadOffsetMs(`user-${id}`, 100, 0, null) / 10_000)]! += 1;
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
