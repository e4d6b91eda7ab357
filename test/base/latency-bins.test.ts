// Bins of times: where a time falls, sums, quantiles within the stated error, buckets.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BIN_COUNT,
  binLimitMs,
  binOf,
  bucketsOf,
  countOf,
  mergeBins,
  percentilesOf,
  quantileMs,
  RELATIVE_ERROR,
} from '../../src/base/latency-bins.js';

const time = fc.oneof(fc.double({ min: 0, max: 3e9, noNaN: true }), fc.double({ min: 0, max: 2_000, noNaN: true }));
const times = fc.array(time, { minLength: 1, maxLength: 200 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

function binned(values: readonly number[]): number[] {
  const bins = new Array<number>(BIN_COUNT).fill(0);
  for (const value of values) bins[binOf(value)] = (bins[binOf(value)] as number) + 1;
  return bins;
}

describe('the bin of a time', () => {
  it('is the one whose limits hold it', () => {
    fc.assert(
      fc.property(time, (ms) => {
        const bin = binOf(ms);
        if (bin > 0) expect(ms).toBeGreaterThan(binLimitMs(bin - 1));
        if (bin < BIN_COUNT - 1) expect(ms).toBeLessThanOrEqual(binLimitMs(bin));
      }),
    );
  });

  it('holds its own limit, in each of them', () => {
    const limits = Array.from({ length: BIN_COUNT }, (_, bin) => binLimitMs(bin));
    expect(limits.map(binOf)).toEqual(limits.map((_, bin) => bin));
  });

  it('is the first for nonsense and the last for what is longer than any', () => {
    expect([-5, 0, NaN, -Infinity].map(binOf)).toEqual([0, 0, 0, 0]);
    expect([1e12, Infinity].map(binOf)).toEqual([BIN_COUNT - 1, BIN_COUNT - 1]);
  });
});

describe('a sum', () => {
  it('of two histograms is the histogram of all, in either order and whatever their lengths', () => {
    fc.assert(
      fc.property(times, times, (one, other) => {
        const all = binned([...one, ...other]);
        const short = binned(one).slice(0, 1 + Math.max(...one.map(binOf)));
        expect(mergeBins([short, binned(other)])).toEqual(all);
        expect(mergeBins([binned(other), short])).toEqual(all);
        expect(countOf(all)).toBe(one.length + other.length);
      }),
    );
  });
});

describe('a quantile', () => {
  it('differs from the true one by no more than the stated error', () => {
    fc.assert(
      fc.property(times, share, (values, q) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] as number;
        const told = quantileMs(binned(values), q) as number;
        expect(Math.abs(told - Math.max(exact, 1))).toBeLessThanOrEqual(
          RELATIVE_ERROR * Math.max(exact, 1) * (1 + 1e-9),
        );
      }),
    );
  });

  it('rises with its share, and there is none without a time', () => {
    fc.assert(
      fc.property(times, (values) => {
        const { p50Ms, p95Ms, p99Ms } = percentilesOf(binned(values))!;
        expect([p50Ms, p95Ms, p99Ms]).toEqual([p50Ms, p95Ms, p99Ms].sort((a, b) => a - b));
      }),
    );
    expect([quantileMs([], 0.5), quantileMs([0, 0], 0.5), percentilesOf([]), percentilesOf(undefined)]).toEqual([
      ...[null, null, null, null],
    ]);
  });
});

describe('buckets', () => {
  it('count what does not exceed each limit, as Prometheus reads them', () => {
    fc.assert(
      fc.property(times, (values) => {
        const buckets = bucketsOf(binned(values));
        for (const { limitS, count } of buckets) {
          expect(count).toBe(values.filter((ms) => ms <= limitS * 1_000).length);
        }
      }),
    );
  });

  it('are few, and the same whatever was counted', () => {
    const limits = bucketsOf([]).map(({ limitS }) => limitS);
    expect(limits.length).toBeLessThanOrEqual(21);
    expect(limits.slice(0, 4)).toEqual([0.001, 0.004, 0.008, 0.016]);
    expect(limits.at(-1)).toBeCloseTo(67_108.864);
  });
});
