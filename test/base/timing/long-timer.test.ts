// Timers of any length: each fires once, and not before its time.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startTimer } from '../../../src/base/timing/long-timer.js';
import { sleep } from '../../../src/base/timing/sleep.js';
import { startBudget } from '../../../src/scheduler/runs/budget.js';

const DAY_MS = 86_400_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('a timer', () => {
  it.each([1, 1_000, 2 ** 31 - 1, 2 ** 31, 25 * DAY_MS, 400 * DAY_MS])('of %i ms fires then, once', (ms) => {
    const run = jest.fn();
    startTimer(run, ms);
    jest.advanceTimersByTime(ms - 1);
    expect(run).toHaveBeenCalledTimes(0);
    jest.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(500 * DAY_MS);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('of Infinity never fires, and holds no process', () => {
    const run = jest.fn();
    startTimer(run, Infinity);
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(500 * DAY_MS);
    expect(run).not.toHaveBeenCalled();
  });

  it('can be stopped in each of its parts', () => {
    const run = jest.fn();
    const timer = startTimer(run, 100 * DAY_MS);
    jest.advanceTimersByTime(60 * DAY_MS);
    timer.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(500 * DAY_MS);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('a sleep of months', () => {
  it('ends with its signal', async () => {
    const waker = new AbortController();
    let over = false;
    const sleeping = sleep(90 * DAY_MS, waker.signal).then(() => (over = true));
    await jest.advanceTimersByTimeAsync(60 * DAY_MS);
    expect(over).toBe(false);
    waker.abort();
    await sleeping;
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a budget of 40 days', () => {
  it('closes near its end, not at once', () => {
    const onSlow = jest.fn();
    const budget = startBudget({ budgetS: 40 * 86_400, alertS: 30 * 86_400, startedAt: new Date(0), onSlow });
    jest.advanceTimersByTime(30 * DAY_MS - 1);
    expect([onSlow.mock.calls.length, budget.closing.aborted]).toEqual([0, false]);
    jest.advanceTimersByTime(10 * DAY_MS - 30_000);
    expect([onSlow.mock.calls.length, budget.closing.aborted]).toEqual([1, false]);
    jest.advanceTimersByTime(1);
    expect(budget.closing.aborted).toBe(true);
    budget.cancel();
    expect(jest.getTimerCount()).toBe(0);
  });
});
