import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createAdaptiveLimit,
  nextLimit,
  restartedLimit,
  type LimitState,
} from '../../../src/scheduler/work/adaptive-limit.js';
import type { ReceiverHealth } from '../../../src/scheduler/contracts/outcome.js';
import { simulateReceiver } from './simulate-receiver.js';

const at = (limit: number, threshold = limit, heardUpTo = 0): LimitState => ({ limit, threshold, heardUpTo });
const good = { health: 'healthy', ticket: 1, lastTicket: 1, saturated: true } as const;

describe('nextLimit', () => {
  it('grows by one a round of good answers', () => {
    let state = at(10);
    for (let answer = 0; answer < 10; answer += 1) state = nextLimit(state, good, 50);
    expect(Math.floor(state.limit * 10) / 10).toBeCloseTo(10.9, 0);
    expect(nextLimit(at(10), { ...good, saturated: false }, 50)).toEqual(at(10));
  });

  it('doubles a round below its threshold', () => {
    let state = at(4, 8);
    for (let answer = 0; answer < 4; answer += 1) state = nextLimit(state, good, 50);
    expect(state.limit).toBe(8);
  });

  it('takes a quarter away once for all calls that were under way', () => {
    const first = nextLimit(at(40), { health: 'overloaded', ticket: 7, lastTicket: 46, saturated: true }, 50);
    expect(first.limit).toBe(30);
    const second = nextLimit(first, { health: 'overloaded', ticket: 46, lastTicket: 60, saturated: true }, 50);
    expect(second).toBe(first);
    expect(nextLimit(second, { health: 'overloaded', ticket: 47, lastTicket: 60, saturated: true }, 50).limit).toBe(22);
  });

  it('does not move for what says nothing about load', () => {
    for (const health of ['broken', 'unknown'] as const)
      expect(nextLimit(at(9), { ...good, health }, 50)).toEqual(at(9));
  });

  it('stays between one and its most, whatever comes', () => {
    const health = fc.constantFrom<ReceiverHealth>('healthy', 'overloaded', 'broken', 'unknown');
    const events = fc.array(fc.tuple(health, fc.nat(100), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 30 }), (list, max) => {
        let state = at(Math.ceil(max / 2));
        for (const [health_, ticket, saturated] of list) {
          state = nextLimit(state, { health: health_, ticket, lastTicket: ticket + 5, saturated }, max);
          expect(state.limit).toBeGreaterThanOrEqual(1);
          expect(state.limit).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});

describe('restartedLimit', () => {
  it('begins from one, with half of what was borne in view', () => {
    expect(restartedLimit(at(40))).toEqual({ limit: 1, threshold: 20, heardUpTo: 0 });
  });
});

describe('the limit over a modelled receiver', () => {
  it('finds what the receiver bears, uses most of it and is refused seldom', () => {
    const { refusedShare, meanRunning, served } = simulateReceiver({
      limit: createAdaptiveLimit({ initial: 5, max: 200 }),
      capacity: () => 40,
      steps: 40_000,
    });
    expect(meanRunning).toBeGreaterThan(0.7 * 40);
    expect(refusedShare).toBeLessThan(0.03);
    expect(served).toBeGreaterThan(0);
  });

  it('follows a receiver that gets weaker and stronger again', () => {
    const limit = createAdaptiveLimit({ initial: 50, max: 100 });
    const seen: number[] = [];
    simulateReceiver({
      limit,
      capacity: (step) => (step >= 10_000 && step < 20_000 ? 5 : 60),
      steps: 60_000,
      watch: (step) => {
        if (step === 19_999 || step === 59_999) seen.push(limit.limit);
      },
    });
    expect(seen[0]).toBeLessThanOrEqual(8);
    expect(seen[1]).toBeGreaterThanOrEqual(40);
  });
});
