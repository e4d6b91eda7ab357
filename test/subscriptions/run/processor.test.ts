// The host's own function as the processor: what resolves, throws, hangs or is told to stop, as an attempt.
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.js';
import type { OccurrenceCall } from '../../../src/clients/subscription-worker/attempt.js';
import type { ClaimedSubscription } from '../../../src/subscriptions/run/claimed-subscription.js';
import { decideOutcome } from '../../../src/subscriptions/run/decide-outcome.js';
import { processByHandler, type OccurrenceHandler } from '../../../src/subscriptions/run/processor.js';
import { broken } from '../support.js';

const call: OccurrenceCall = {
  subscriptionId: 's',
  userId: 'u',
  scheduledFor: new Date('2026-03-10T09:00:00Z'),
  attempt: 1,
  missedCount: 0,
};
const attempt = (handler: OccurrenceHandler, signal = new AbortController().signal, timeoutMs = 60_000) =>
  processByHandler(handler, { timeoutMs, clock: systemClock })(call, signal);

describe("the host's function", () => {
  it('completes what it resolves, whatever it answers', async () => {
    const seen: OccurrenceCall[] = [];
    expect(await attempt(async (occurrence) => seen.push(occurrence))).toMatchObject({ kind: 'ok' });
    expect(seen).toEqual([call]);
  });

  it('fails what it throws, also when that is no Error or thrown at once', async () => {
    class OutOfStock extends Error {
      override readonly name = 'OutOfStock';
    }
    expect(await attempt(() => Promise.reject(new OutOfStock('none left')))).toMatchObject({
      kind: 'broken',
      error: { code: 'OutOfStock', message: 'none left' },
    });
    const throws = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw 'just text';
    };
    expect(await attempt(throws)).toMatchObject({ kind: 'broken', error: { message: 'just text' } });
    expect(await attempt(() => Promise.reject(Object.assign(new Error('never'), { retryable: false })))).toMatchObject({
      kind: 'rejected',
    });
  });

  it('says nothing of a receiver when it throws', async () => {
    const failed = broken();
    const context = { maxAttempts: 3, retryBaseMs: 1_000, suspendAfter: 3, nowMs: 0, runId: null, random: () => 0 };
    const item = {
      row: { attempt: 1, resumeAtMs: null, consecutiveFailures: 0 },
      next: null,
    } as unknown as ClaimedSubscription;
    expect(processByHandler(async () => {}, { timeoutMs: 1, clock: systemClock }).inProcess).toBe(true);
    expect(decideOutcome(item, failed, { ...context, inProcess: true }).receiver).toBe('unknown');
    expect(decideOutcome(item, failed, { ...context, inProcess: false }).receiver).toBe('broken');
  });

  it('is told at its time-out, and not waited for after it', async () => {
    let told = false;
    const hangs: OccurrenceHandler = (_occurrence, { signal }) => {
      signal.addEventListener('abort', () => (told = true));
      return new Promise(() => {});
    };
    expect(await attempt(hangs, undefined, 20)).toMatchObject({ kind: 'overloaded', error: { code: 'TIMEOUT' } });
    expect(told).toBe(true);
  });

  it('gives its occurrence back when it stops at the signal', async () => {
    const stop = new AbortController();
    const waits: OccurrenceHandler = (_occurrence, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    const running = attempt(waits, stop.signal);
    stop.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
  });

  it('is completed when it finishes in spite of the signal', async () => {
    const stop = new AbortController();
    const finishes: OccurrenceHandler = (_occurrence, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', resolve));
    const running = attempt(finishes, stop.signal);
    stop.abort();
    expect(await running).toMatchObject({ kind: 'ok' });
  });
});
