import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../src/base/clock.js';
import { createJobIds } from '../../../../src/scheduler/queue/define/job-id.js';

describe('ids', () => {
  it('are UUIDs of version 7 that rise strictly, also when the clock is set back', () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const newId = createJobIds({ ...systemClock, now: () => new Date((now += Math.random() < 0.1 ? -1_000 : 0)) });
    const ids = Array.from({ length: 20_000 }, newId);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids.slice(0, 100))
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt((ids[0] ?? '').replaceAll('-', '').slice(0, 12), 16)).toBeGreaterThan(now - 60_000);
  });
});
