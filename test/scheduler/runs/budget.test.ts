import { expect, it } from '@jest/globals';
import { closingAfterMs } from '../../../src/scheduler/runs/budget.js';

it('nothing new is begun in the last tenth of a budget, 30 s at most', () => {
  expect([closingAfterMs(300), closingAfterMs(10), closingAfterMs(3_600)]).toEqual([270_000, 9_000, 3_570_000]);
});
