import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../../src/base/clock.js';
import { createBreaker, type Breaker, type BreakerState } from '../../../src/scheduler/work/breaker.js';
import type { ReceiverHealth } from '../../../src/scheduler/contracts/outcome.js';
import { createReceiverControl } from '../../../src/scheduler/work/receiver-control.js';
import { settleDown, startDrain } from './drain-setup.js';
import { broken, createMemorySource, items, ok } from './memory-source.js';

let nowMs = 0;
const clock: Clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs };
const changes: BreakerState[] = [];
let breaker: Breaker;

const report = async (health: ReceiverHealth, times = 1): Promise<void> => {
  for (let count = 0; count < times; count += 1) breaker.report(health);
  await settleDown();
};

beforeEach(() => {
  nowMs = 0;
  changes.length = 0;
  breaker = createBreaker({
    name: 'worker',
    clock,
    random: () => 0,
    sample: 10,
    probeAfterMs: 1_000,
    maxProbeAfterMs: 6_000,
    onChange: ({ state }) => changes.push(state),
  });
});

describe('the breaker', () => {
  it('probes when its time has come, though the system’s clock was put back meanwhile', async () => {
    await report('broken', 10);
    const realNow = Date.now;
    Date.now = () => realNow() - 600_000;
    try {
      nowMs += 60_000;
      expect(breaker.allowance(100)).toBe(1);
      await report('healthy');
      expect(breaker.state).toBe('closed');
    } finally {
      Date.now = realNow;
    }
  });

  it('lets everything through while answers are good enough', async () => {
    await report('healthy', 6);
    await report('broken', 4);
    expect(breaker.state).toBe('closed');
    expect(breaker.allowance(100)).toBe(100);
    expect(breaker.allowsClaims()).toBe(true);
  });

  it('does not open on the first few, nor on attempts that say nothing', async () => {
    await report('broken', 4);
    await report('unknown', 50);
    expect(breaker.state).toBe('closed');
  });

  it.each(['broken', 'overloaded'] as const)('opens when most answers are %s', async (health) => {
    await report('healthy', 3);
    await report(health, 7);
    expect(breaker.status()).toMatchObject({ name: 'worker', state: 'open', openings: 1, probeInMs: 1_000 });
    expect(breaker.allowsClaims()).toBe(false);
    expect(breaker.allowance(10)).toBe(0);
  });

  it('hands out one probe after a while and closes when it is well', async () => {
    await report('broken', 10);
    nowMs = 999;
    expect(breaker.allowance(10)).toBe(0);
    nowMs = 1_000;
    expect(breaker.allowsClaims()).toBe(true);
    expect([breaker.allowance(10), breaker.allowance(10)]).toEqual([1, 0]);
    expect(breaker.state).toBe('half_open');
    await report('healthy');
    expect(breaker.allowance(10)).toBe(10);
    expect(changes).toEqual(['open', 'half_open', 'closed']);
  });

  it('hands the probe out again when it came to nothing', async () => {
    await report('broken', 10);
    nowMs = 1_000;
    expect(breaker.allowance(5)).toBe(1);
    await report('unknown');
    expect(breaker.state).toBe('half_open');
    expect(breaker.allowance(5)).toBe(1);
  });

  it('waits twice as long after each probe that fails, up to its most', async () => {
    await report('broken', 10);
    const waits: (number | null)[] = [];
    for (let probe = 0; probe < 5; probe += 1) {
      waits.push(breaker.status().probeInMs);
      nowMs += breaker.status().probeInMs ?? 0;
      expect(breaker.allowance(1)).toBe(1);
      await report('overloaded');
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(breaker.status()).toMatchObject({ state: 'open', openings: 6 });
  });

  it('forgets the outage when it is over', async () => {
    await report('broken', 10);
    nowMs = 1_000;
    breaker.allowance(1);
    await report('healthy');
    await report('broken', 3);
    expect(breaker.state).toBe('closed');
  });

  it('hears nothing from late answers while it is open', async () => {
    await report('broken', 10);
    await report('healthy', 30);
    expect(breaker.state).toBe('open');
  });
});

describe('a drain behind a breaker and an adaptive limit', () => {
  const control = () =>
    createReceiverControl({ name: 'worker', parallel: 8, maxParallel: 8, clock, random: () => 0, sample: 10 });

  it('sends little to a receiver that is down, and after it came back begins with one call at once', async () => {
    const { limit, breaker: gate } = control();
    let up = false;
    const seen: number[] = [];
    const source = createMemorySource(items(200), {
      execute: () => {
        if (up) seen.push(limit.inUse);
        return up ? ok : broken;
      },
    });
    const first = await startDrain(source, { parallel: limit, gate, chunkSize: 50 }).report;
    expect(first.end).toBe('receiver_down');
    expect(source.started.length).toBeLessThan(30);

    up = true;
    nowMs = 1_000;
    const second = await startDrain(source, { parallel: limit, gate, chunkSize: 50 }).report;
    expect(second).toMatchObject({ end: 'exhausted', failed: 0 });
    expect(source.claims).toContain(1);
    expect(seen.slice(0, 2)).toEqual([1, 1]);
    expect(limit.limit).toBe(8);
  });
});
