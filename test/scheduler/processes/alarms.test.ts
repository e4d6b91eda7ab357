import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAlarms } from '../../../src/scheduler/processes/alarms.js';
import { createManualClock } from '../../../src/scheduler/testing/index.js';

describe('alarms', () => {
  it('ring a whole millisecond after what was asked, never before', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 1e6, noNaN: true }), (wait) => {
        const clock = createManualClock(new Date(0));
        const alarms = createAlarms(clock);
        alarms.set('a', wait);
        clock.set(new Date(Math.max(0, Math.floor(wait))));
        expect(alarms.rings('a')).toBe(false);
        clock.set(new Date(Math.max(0, Math.ceil(wait)) + 1));
        expect(alarms.rings('a')).toBe(true);
      }),
    );
  });

  it('tell the earliest, and can only be moved forward by setEarlier', () => {
    const alarms = createAlarms(createManualClock(new Date(0)));
    expect(alarms.nextInMs()).toBeNull();
    alarms.set('a', 500);
    alarms.set('b', 900);
    alarms.setEarlier('b', 2_000);
    alarms.setEarlier('b', 100);
    expect(alarms.nextInMs()).toBe(101);
    alarms.clear('b');
    expect(alarms.nextInMs()).toBe(501);
  });
});
