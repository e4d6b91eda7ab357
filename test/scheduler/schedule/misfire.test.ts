// Missed occurrences, policy by policy: examples, and a model that lists every occurrence.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compileSchedule,
  parseSchedule,
  planMisfire,
  type Misfire,
  type MisfirePlan,
} from '../../../src/scheduler/schedule/index.js';
import { seeded } from './support/arbitraries.js';

const HOUR = 3_600_000;
const start = Date.UTC(2026, 0, 5);
/** Every hour on the hour. */
const hourly = { next: (ms: number): number => (Math.floor(ms / HOUR) + 1) * HOUR };
const graceOf = { misfireGraceMs: 60_000, misfireCap: 100 };

const plan = (misfire: Misfire, lateMs: number, more: Partial<Parameters<typeof planMisfire>[0]> = {}): MisfirePlan =>
  planMisfire({ compiled: hourly, misfire, ...graceOf, scheduledForMs: start, nowMs: start + lateMs, ...more });

describe('a due occurrence', () => {
  it.each<Misfire>(['once', 'skip', 'all'])('on time just runs (%s)', (misfire) => {
    expect(plan(misfire, 500)).toEqual({ runMs: start, missedCount: 0, gaps: [], nextMs: start + HOUR });
  });

  it('once: the latest missed one runs, the others are folded into it', () => {
    expect(plan('once', 5.5 * HOUR)).toEqual({
      runMs: start + 5 * HOUR,
      missedCount: 5,
      gaps: [{ outcome: 'coalesced', firstMs: start, lastMs: start + 4 * HOUR, count: 5, countCapped: false }],
      nextMs: start + 6 * HOUR,
    });
  });

  it('skip: what is later than the grace does not run', () => {
    const skipped = { outcome: 'skipped', firstMs: start, lastMs: start, count: 1, countCapped: false };
    expect(plan('skip', 60_000)).toMatchObject({ runMs: start, gaps: [] });
    expect(plan('skip', 60_001)).toEqual({ runMs: null, missedCount: 0, gaps: [skipped], nextMs: start + HOUR });
    expect(plan('skip', HOUR + 30_000)).toEqual({
      runMs: start + HOUR,
      missedCount: 1,
      gaps: [skipped],
      nextMs: start + 2 * HOUR,
    });
  });

  it('all: each one runs in turn', () => {
    expect(plan('all', 3 * HOUR)).toEqual({ runMs: start, missedCount: 0, gaps: [], nextMs: start + HOUR });
  });

  it('all: of more than the cap the latest', () => {
    expect(plan('all', 9 * HOUR, { misfireCap: 4 })).toEqual({
      runMs: start + 6 * HOUR,
      missedCount: 6,
      gaps: [{ outcome: 'skipped', firstMs: start, lastMs: start + 5 * HOUR, count: 6, countCapped: false }],
      nextMs: start + 7 * HOUR,
    });
  });

  it.each<[Misfire, number, number]>([
    ['once', 50_000, 49_999],
    ['skip', 50_000, 49_999],
    ['all', 49_901, 49_900],
  ])('%s: a gap of fifty thousand is counted to 1,000 and no further, and its ends are right', (misfire, run, last) => {
    const done = plan(misfire, 50_000 * HOUR);
    expect(done).toMatchObject({ runMs: start + run * HOUR, missedCount: 1_000, nextMs: start + (run + 1) * HOUR });
    expect(done.gaps).toMatchObject([{ firstMs: start, lastMs: start + last * HOUR, count: 1_000, countCapped: true }]);
  });

  it.each<Misfire>(['once', 'skip', 'all'])(
    'is planned though the clock tells parts of a millisecond (%s)',
    (misfire) => {
      const everySecond = { next: (ms: number): number => (Math.floor(ms / 1_000) + 1) * 1_000 };
      for (const part of [0.1, 0.5, 0.9, 1.2, 60_000.5]) {
        const late = 3 * HOUR + part;
        expect(plan(misfire, late, { compiled: everySecond })).toEqual(
          plan(misfire, Math.floor(late), { compiled: everySecond }),
        );
      }
    },
  );

  it('after ten years of seconds is planned by bisection', () => {
    let asked = 0;
    const everySecond = { next: (ms: number): number => ((asked += 1), (Math.floor(ms / 1_000) + 1) * 1_000) };
    const done = plan('once', 10 * 365 * 24 * HOUR, { compiled: everySecond });
    expect(done.runMs).toBe(start + 10 * 365 * 24 * HOUR);
    expect(asked).toBeLessThan(2_000);
  });

  it('does not miss what a schedule named before it was in force', () => {
    expect(plan('once', 5.5 * HOUR, { inForceSinceMs: start + 4.5 * HOUR })).toMatchObject({
      runMs: start + 5 * HOUR,
      missedCount: 1,
    });
  });

  it('of a schedule that has ended is the last', () => {
    const schedule = parseSchedule({ ends_on: '2026-01-07' });
    const compiled = compileSchedule(schedule, { anchor: new Date(start) });
    const at = start + 9 * HOUR;
    const ended = { ...graceOf, compiled, scheduledForMs: at, nowMs: start + 1_000 * HOUR };
    expect(planMisfire({ ...ended, misfire: 'once' })).toMatchObject({
      runMs: at + 48 * HOUR,
      missedCount: 2,
      nextMs: null,
    });
    expect(planMisfire({ ...ended, misfire: 'skip' })).toMatchObject({
      runMs: null,
      nextMs: null,
      gaps: [{ count: 3 }],
    });
  });

  it('is planned as a model does that lists them all', () => {
    const input = fc.record({
      misfire: fc.constantFrom<Misfire>('once', 'skip', 'all'),
      late: fc.integer({ min: 0, max: 40 * HOUR }),
      grace: fc.constantFrom(0, 60_000, 2 * HOUR),
      cap: fc.constantFrom(1, 2, 7, 100),
    });
    fc.assert(
      fc.property(input, ({ misfire, late, grace, cap }) => {
        const now = start + late;
        const due = Array.from({ length: Math.floor(late / HOUR) + 1 }, (_, i) => start + i * HOUR);
        const running = { once: due.slice(-1), all: due.slice(-cap), skip: due.filter((ms) => now - ms <= grace) }[
          misfire
        ];
        const left = due.filter((ms) => ms < (running[0] ?? Infinity));
        const done = plan(misfire, late, { misfireGraceMs: grace, misfireCap: cap });
        expect(done.runMs).toBe(running[0] ?? null);
        expect(done.nextMs).toBe((running[0] ?? due.at(-1)!) + HOUR);
        expect(done.gaps.map(({ firstMs, lastMs, count }) => [firstMs, lastMs, count])).toEqual(
          left.length === 0 ? [] : [[left[0], left.at(-1), left.length]],
        );
      }),
      seeded(500),
    );
  });
});
