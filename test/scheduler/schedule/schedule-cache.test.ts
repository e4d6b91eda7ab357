// The cache answers what compiling afresh would, shares what is equal, and stays within its bound.
import { describe, expect, it } from '@jest/globals';
import { compileSchedule, createScheduleCache, parseSchedule } from '../../../src/scheduler/schedule/index.js';

const anchor = new Date('2026-01-07T12:00:00Z');

describe('the schedule cache', () => {
  it('shares the compiled form of equal schedules', () => {
    const cache = createScheduleCache({ max: 10 });
    const one = cache.get(parseSchedule({ time: '10:00' }), anchor);
    expect(cache.get(parseSchedule({ time: '10:00' }), new Date(0))).toBe(one);
    expect(cache.get(parseSchedule({ time: '10:00', timezone: 'Asia/Tokyo' }), anchor)).not.toBe(one);
    expect(cache.size).toBe(2);
  });

  it('keeps schedules apart that take their open dates from different anchors', () => {
    const cache = createScheduleCache({ max: 10 });
    const weekly = parseSchedule({ frequency: 'weekly' });
    for (const day of ['2026-01-07', '2026-01-08']) {
      const at = new Date(`${day}T12:00:00Z`);
      const fresh = compileSchedule(weekly, { anchor: at }).next(at.getTime());
      expect(cache.get(weekly, at).next(at.getTime())).toBe(fresh);
    }
    expect(cache.size).toBe(2);
  });

  it('never holds more than its bound', () => {
    const cache = createScheduleCache({ max: 3 });
    for (let minute = 10; minute < 60; minute++) cache.get(parseSchedule({ time: `10:${minute}` }), anchor);
    expect(cache.size).toBe(3);
  });

  it('asks for a schedule by a key of the caller only when it is new', () => {
    const cache = createScheduleCache({ max: 3 });
    let loads = 0;
    const load = () => ((loads += 1), { schedule: parseSchedule({}), anchor });
    expect(cache.getByKey('row', load)).toBe(cache.getByKey('row', load));
    expect(loads).toBe(1);
  });
});
