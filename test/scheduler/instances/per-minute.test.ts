// A rate per minute from readings of a counter.
import { expect, it } from '@jest/globals';
import { perMinute } from '../../../src/scheduler/instances/per-minute.js';

const at = (ms: number, count: number) => ({ ms, count });

it.each([
  [[], at(0, 5), 0],
  [[at(1_000, 5)], at(1_000, 9), 0],
  [[at(0, 0)], at(2_000, 10), 300],
  [[at(0, 100), at(30_000, 900)], at(60_000, 1_000), 900],
])('of %j and %j is %d', (samples, now, expected) => {
  expect(perMinute(samples, now)).toBe(expected);
});
