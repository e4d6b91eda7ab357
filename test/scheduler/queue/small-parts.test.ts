// The pure parts: ids, buckets, JSON that PostgreSQL takes, judgement of failures, claims that run dry.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../../src/base/clock.js';
import { createCapacity } from '../../../src/scheduler/queue/claim/capacity.js';
import { createClaimLedger } from '../../../src/scheduler/queue/claim/claim-ledger.js';
import { createJobRegistry, defineJob } from '../../../src/scheduler/queue/define/define-job.js';
import { handlerError } from '../../../src/scheduler/queue/run/handler-error.js';
import { createJobIds } from '../../../src/scheduler/queue/define/job-id.js';
import { judgeFailure } from '../../../src/scheduler/queue/run/judge.js';
import { toQueueItem, type QueueItem } from '../../../src/scheduler/queue/define/queue-item.js';
import { tenantBucket } from '../../../src/scheduler/queue/define/tenant-bucket.js';
import { isUnstorable, storable, toJson } from '../../../src/base/to-json.js';
import { createWakeHub } from '../../../src/scheduler/queue/wake/wake-hub.js';
import { z } from 'zod';

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

describe('tenant buckets', () => {
  it('are 64, evenly filled, and one of their own without a tenant', () => {
    const counts = new Map<number, number>();
    for (let n = 0; n < 64_000; n += 1) {
      const bucket = tenantBucket(`tenant-${n}`);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect(counts.size).toBe(64);
    expect(Math.max(...counts.values())).toBeLessThan(1_500);
    expect([tenantBucket(null), tenantBucket(undefined)]).toEqual([-1, -1]);
  });
});

describe('JSON for jsonb', () => {
  it('changes nothing but what jsonb refuses', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
        const clean = toJson([JSON.parse(json), text.replaceAll('\0', '')]) ?? '';
        expect(storable(clean)).toBe(clean);
        expect(isUnstorable(clean)).toBe(false);
      }),
    );
    expect(JSON.parse(storable(toJson({ a: '\0', b: '\\u0000', c: '\udc00x' }) ?? ''))).toEqual({
      a: '\ufffd',
      b: '\\u0000',
      c: '\ufffdx',
    });
  });
});

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

  it('is described whatever was thrown', () => {
    class Odd extends Error {
      override readonly name = 'Odd';
    }
    expect(handlerError(new Odd(''))).toMatchObject({ code: 'Odd', message: 'Odd' });
    expect(handlerError(Object.assign(new Error('m'), { code: 'E' }))).toMatchObject({ code: 'E', message: 'm' });
    expect(handlerError(null)).toMatchObject({ code: 'NON_ERROR' });
    expect(handlerError(10n)).toMatchObject({ code: 'NON_ERROR' });
    expect(handlerError(new Error('x'.repeat(1e6))).message).toHaveLength(2_000);
  });
});

describe('definitions', () => {
  const schema = z.object({});
  const run = () => {};
  it('refuse bad names, bad limits and two of one name', () => {
    expect(() => defineJob({ type: 'no spaces', schema, run })).toThrow(/type must be a name/);
    expect(() => defineJob({ type: 'a', schema, run, timeoutMs: 0 })).toThrow(/timeoutMs/);
    expect(() => defineJob({ type: 'a', schema, run, rateLimit: { max: 1.5, perMs: 1 } })).toThrow(/rateLimit.max/);
    const job = defineJob({ type: 'a', schema, run });
    expect(() => createJobRegistry([job, job])).toThrow(/"a"/);
  });
});

describe('capacity', () => {
  it('begins with what can run, and grows with how short the work is', () => {
    const registry = createJobRegistry([]);
    const capacity = createCapacity({ registry, concurrency: 10 });
    expect(capacity.room(500)).toBe(10);
    for (let n = 0; n < 100; n += 1) capacity.observe(1);
    expect(capacity.room(500)).toBe(500);
    for (let n = 0; n < 1_000; n += 1) capacity.observe(60_000);
    expect(capacity.room(500)).toBe(10);
    capacity.reserve('any', 4);
    expect([capacity.room(500), capacity.inHand]).toEqual([6, 4]);
    capacity.giveBack('any', 4);
    expect(capacity.room(500)).toBe(10);
  });
});

describe('the ledger of claims', () => {
  const item = (claimToken: string): QueueItem =>
    toQueueItem({ id: 'x', extras: null } as never, { type: 'any', bucket: -1 }, claimToken);
  it('says when nothing of a claim is in hand any more', () => {
    const ledger = createClaimLedger();
    ledger.opened('a', 2);
    ledger.opened('b', 1);
    expect(ledger.spentBy([item('a'), item('b')])).toEqual(['b']);
    expect(ledger.closed([item('a'), item('b')])).toEqual(['b']);
    expect(ledger.tokens()).toEqual(['a']);
    expect(ledger.closed([item('a')])).toEqual(['a']);
  });
});

describe('the wake-up hub', () => {
  it('keeps a wake-up for the next who comes, wakes one at a time, and nobody who has left', async () => {
    const hub = createWakeHub(() => performance.now());
    const { signal } = new AbortController();
    const gone = new AbortController();
    const leaves = hub.wait(gone.signal);
    gone.abort();
    await leaves;
    hub.wake();
    await hub.wait(signal);
    const woken: string[] = [];
    const [first, second] = [
      hub.wait(signal).then(() => woken.push('first')),
      hub.wait(signal).then(() => woken.push('second')),
    ];
    hub.wake();
    await first;
    expect(woken).toEqual(['first']);
    hub.wakeIn(1);
    await second;
    hub.close();
  });
});
