// What a heartbeat says of the pool: for how long callers have waited.
import { expect, it } from '@jest/globals';
import { createGauges } from '../../../src/scheduler/instances/gauges.js';
import { createManualClock } from '../../../src/scheduler/testing/manual-clock.js';

it('tells for how long callers have waited at every reading', () => {
  const clock = createManualClock(new Date('2026-03-01T08:00:00Z'));
  let waiting = 0;
  const gauges = createGauges({ clock, readings: () => ({ pool: { total: 2, idle: 0, waiting }, claimed: 0 }) });
  const after = (seconds: number, callers: number) => {
    clock.advance(seconds * 1_000);
    waiting = callers;
    return gauges.read().pool_waiting_s;
  };
  expect([after(2, 0), after(2, 3), after(2, 1), after(2, 5), after(2, 0), after(2, 1)]).toEqual([0, 0, 2, 4, 0, 0]);
  gauges.close();
});
