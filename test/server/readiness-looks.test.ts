import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { createReadinessLooks, isWatched } from '../../src/server/readiness-looks.js';

function looksAt() {
  let ms = 1_000;
  const looks = createReadinessLooks({ ...systemClock, monotonicMs: () => ms });
  return { looks, pass: (by: number) => void (ms += by) };
}
const isPending = async (promise: Promise<void>): Promise<boolean> =>
  (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, 'pending'))])) === 'pending';

describe('looks for readiness', () => {
  it('are waited for until two were told that the server drains', async () => {
    const { looks, pass } = looksAt();
    for (let n = 0; n < 3; n += 1, pass(100)) looks.seen(false);
    const informed = looks.informed();
    expect(await isPending(informed)).toBe(true);
    looks.seen(true);
    expect(await isPending(informed)).toBe(true);
    looks.seen(true);
    await informed;
  });

  it('are not waited for when two have been told already', async () => {
    const { looks } = looksAt();
    for (const drains of [false, true, true]) looks.seen(drains);
    await looks.informed();
  });

  it.each([
    ['nobody has ever looked', []],
    ['somebody looked once', [0]],
    ['the last look was long ago', [0, 100, 2_000]],
    ['somebody looks so rarely that the wait would be long', [0, 10_000, 0]],
  ])('are not waited for when %s', async (_what, times) => {
    const { looks, pass } = looksAt();
    const [last, ...before] = [...times].reverse();
    for (const by of before.reverse()) {
      pass(by);
      looks.seen(false);
    }
    pass(last ?? 0);
    await looks.informed();
  });

  it('go on while the last one is not much older than the time between two', () => {
    expect(isWatched({ sinceLastMs: 1_250, everyMs: 100 })).toBe(true);
    expect(isWatched({ sinceLastMs: 1_350, everyMs: 100 })).toBe(false);
    expect(isWatched({ sinceLastMs: 5_000, everyMs: 2_000 })).toBe(true);
    expect(isWatched({ sinceLastMs: 0, everyMs: 3_000 })).toBe(false);
    expect(isWatched({ sinceLastMs: Infinity, everyMs: Infinity })).toBe(false);
  });
});
