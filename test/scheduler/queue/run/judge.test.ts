import { describe, expect, it } from '@jest/globals';
import { judgeFailure } from '../../../../src/scheduler/queue/run/judge.js';

describe('a failed attempt', () => {
  const job = { maxAttempts: 5, definition: undefined, random: () => 0 };
  const error = { code: 'X', message: 'x', stack: null, retryAfterMs: null };

  it('waits 60, 120, 240 and 480 seconds, and dies after the fifth', () => {
    const outcomes = [1, 2, 3, 4, 5].map((attempt) => judgeFailure({ ...job, attempt }, error, 1));
    expect(outcomes.map(({ status, delayMs }) => [status, delayMs])).toEqual([
      ['failed', 60_000],
      ['failed', 120_000],
      ['failed', 240_000],
      ['failed', 480_000],
      ['dead', null],
    ]);
  });

  it('waits as long as it was asked to, and never less', () => {
    expect(judgeFailure({ ...job, attempt: 1 }, { ...error, retryAfterMs: 90_000 }, 1).delayMs).toBeGreaterThanOrEqual(
      90_000,
    );
    expect(judgeFailure({ ...job, attempt: 4 }, { ...error, retryAfterMs: 1_000 }, 1).delayMs).toBe(480_000);
  });
});
