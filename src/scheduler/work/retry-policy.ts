// How long to wait before the next attempt: pure, with the random source as an argument. Jitter only ever adds: a wait is
// never shorter than promised, and what failed together does not come back together.
import type { Random } from '../../base/random.js';

interface DelayLimits {
  /** No computed wait is longer, Retry-After included. Default one hour, a day for tables. */
  readonly maxMs?: number;
  readonly random: Random;
  /** What the receiver asked for: a floor, up to `maxMs`. */
  readonly retryAfterMs?: number | null;
}

export interface RetryDelay extends DelayLimits {
  /** The attempt that has just failed: 1 for the first. */
  readonly attempt: number;
  /** The least wait after the first attempt. */
  readonly baseMs: number;
}

export interface TableDelay extends DelayLimits {
  /** The attempt that comes next: 1 for the first. */
  readonly attempt: number;
  /** Seconds before each attempt; the last entry serves for all that follow. */
  readonly tableS: readonly number[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BACK_OFF_JITTER = 0.5;
const TABLE_JITTER = 0.1;
const ASKED_JITTER = 0.25;

/** Seconds before each of the five attempts of a job. */
export const JOB_RETRY_TABLE_S: readonly number[] = [0, 60, 120, 240, 480];

/** `ms` and up to `jitter` of it more, cut so that the longest is still spread below `maxMs`. */
const spread = (ms: number, jitter: number, maxMs: number, random: Random): number =>
  Math.min(ms, maxMs / (1 + jitter)) * (1 + jitter * random());

function withFloor(ms: number, { retryAfterMs, random }: DelayLimits, maxMs: number): number {
  if (retryAfterMs === null || retryAfterMs === undefined) return Math.round(ms);
  return Math.round(Math.max(ms, spread(retryAfterMs, ASKED_JITTER, maxMs, random)));
}

/**
 * Exponential back-off: `baseMs × 2^(attempt − 1)` and up to half as much again, and never below Retry-After.
 * Whole milliseconds, at most `maxMs`.
 */
export function retryDelayMs(options: RetryDelay): number {
  const { attempt, baseMs, maxMs = HOUR_MS, random } = options;
  const exponential = baseMs * 2 ** Math.min(attempt - 1, 40);
  return withFloor(spread(exponential, BACK_OFF_JITTER, maxMs, random), options, maxMs);
}

/** The wait before an attempt from a table and up to a tenth more, and never below Retry-After, which counts up to `maxMs`. Whole milliseconds. */
export function tableDelayMs(options: TableDelay): number {
  const { attempt, tableS, maxMs = DAY_MS, random } = options;
  const seconds = tableS[Math.min(attempt, tableS.length) - 1] ?? 0;
  return withFloor(seconds * 1_000 * (1 + TABLE_JITTER * random()), options, maxMs);
}
