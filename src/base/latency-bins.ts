// Histograms of times with bins on a logarithmic scale, the same everywhere, so that those of any number of instances and hours can be
// added up. Pure.
//
// Bin 0 holds what took up to 1 ms. Bin k holds what took more than 2^((k-1)/4) ms and up to 2^(k/4) ms. The last bin holds the rest.

/** Up to 2^(127/4) ms, which is 41 days. */
export const BIN_COUNT = 128;
const BINS_PER_DOUBLING = 4;

/** How many fell into each bin; bins at the end may be left out. */
export type Bins = ArrayLike<number>;

/** The largest time of a bin, in milliseconds. */
export const binLimitMs = (bin: number): number => 2 ** (bin / BINS_PER_DOUBLING);

const LIMITS = Float64Array.from({ length: BIN_COUNT }, (_, bin) => binLimitMs(bin));

/** A quantile that `quantileMs` returns differs from the true one by at most this share of it, above 1 ms. */
export const RELATIVE_ERROR = 2 ** (1 / (2 * BINS_PER_DOUBLING)) - 1;

/** The bin of a time in milliseconds. What is not a number, or negative because two clocks differ, counts as 0. */
export function binOf(ms: number): number {
  if (!(ms > 1)) return 0;
  const bin = Math.ceil(Math.log2(ms) * BINS_PER_DOUBLING);
  if (bin >= BIN_COUNT) return BIN_COUNT - 1;
  // a logarithm may be off by its last digit
  if (ms > (LIMITS[bin] as number)) return Math.min(bin + 1, BIN_COUNT - 1);
  return ms <= (LIMITS[bin - 1] as number) ? bin - 1 : bin;
}

/** The sum of histograms. */
export function mergeBins(histograms: readonly Bins[]): number[] {
  const sum = new Array<number>(Math.max(0, ...histograms.map(({ length }) => length))).fill(0);
  for (const bins of histograms) {
    for (let bin = 0; bin < bins.length; bin += 1) sum[bin] = (sum[bin] as number) + (bins[bin] as number);
  }
  return sum;
}

/** The total number of values. */
export function countOf(bins: Bins): number {
  let count = 0;
  for (let bin = 0; bin < bins.length; bin += 1) count += bins[bin] as number;
  return count;
}

/**
 * The time that `share` (from 0 to 1) of all values did not exceed, in milliseconds, within RELATIVE_ERROR; 1 for times up to 1 ms. Null
 * without values. For the last bin its lower limit is returned, because it has no upper one.
 */
export function quantileMs(bins: Bins, share: number): number | null {
  const rank = Math.max(1, Math.ceil(countOf(bins) * share));
  let seen = 0;
  for (let bin = 0; bin < bins.length; bin += 1) {
    seen += bins[bin] as number;
    if (seen >= rank) return middleMs(bin);
  }
  return null;
}

function middleMs(bin: number): number {
  if (bin === 0) return 1;
  return bin >= BIN_COUNT - 1 ? binLimitMs(BIN_COUNT - 2) : binLimitMs(bin - 0.5);
}

/** The figures that readers of a histogram usually need. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const rounded = (ms: number): number => (ms < 100 ? Math.round(ms * 10) / 10 : Math.round(ms));

/** Null without a time. */
export function percentilesOf(bins: Bins | undefined): Percentiles | null {
  if (bins === undefined || countOf(bins) === 0) return null;
  const at = (share: number): number => rounded(quantileMs(bins, share) as number);
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** Bins whose limits are the buckets for Prometheus: 1 ms, then every doubling from 4 ms to 66 s, and some larger ones. */
const BUCKET_BINS: readonly number[] = [
  0,
  ...Array.from({ length: 15 }, (_, doubling) => (doubling + 2) * BINS_PER_DOUBLING),
  ...[18, 20, 22, 24, 26].map((doubling) => doubling * BINS_PER_DOUBLING),
];

export interface Bucket {
  readonly limitS: number;
  /** All that did not exceed the limit. */
  readonly count: number;
}

/** The same as cumulative buckets with limits in seconds. */
export function bucketsOf(bins: Bins): readonly Bucket[] {
  let count = 0;
  let bin = 0;
  return BUCKET_BINS.map((last) => {
    for (; bin <= last && bin < bins.length; bin += 1) count += bins[bin] as number;
    return { limitS: binLimitMs(last) / 1_000, count };
  });
}
