import { describe, expect, it } from '@jest/globals';
import { createCapacity } from '../../../../src/scheduler/queue/claim/capacity.js';
import { createJobRegistry } from '../../../../src/scheduler/queue/define/define-job.js';

describe('capacity', () => {
  it('begins with what can run, and grows with how short the work is', () => {
    const registry = createJobRegistry([]);
    const capacity = createCapacity({ registry, concurrency: 10 });
    expect(capacity.room(500)).toBe(10);
    for (let n = 0; n < 100; n += 1) capacity.observe('any', 1);
    expect(capacity.room(500)).toBe(500);
    for (let n = 0; n < 1_000; n += 1) capacity.observe('any', 60_000);
    expect(capacity.room(500)).toBe(10);
    capacity.reserve('any', 4);
    expect([capacity.room(500), capacity.inHand]).toEqual([6, 4]);
    capacity.giveBack('any', 4);
    expect(capacity.room(500)).toBe(10);
  });
});
