// How long to wait before the next attempt. Pure, with the random source as an argument. Jitter only adds: a wait is never shorter than
// specified, and items that failed together are not retried together.
import type { Random } from '../../base/random.js';

interface DelayLimits {
  /** Maximum wait, including Retry-After. Default one hour; for tables one day. */
  readonly maxMs?: number;
  readonly random: Random;
  /** The wait that the receiver requested: a minimum, up to `maxMs`. */
  readonly retryAfterMs?: number | null;
}

export interface RetryDelay extends DelayLimits {
  /** The attempt that has just failed: 1 for the first. */
  readonly attempt: number;
  /** The minimum wait after the first attempt. */
  readonly baseMs: number;
}

export interface TableDelay extends DelayLimits {
  /** The attempt that comes next: 1 for the first. */
  readonly attempt: number;
  /** Seconds before each attempt; the last entry applies to all further ones. */
  readonly tableS: readonly number[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BACK_OFF_JITTER = 0.5;
const TABLE_JITTER = 0.1;
const ASKED_JITTER = 0.25;

/** Seconds before each of the five attempts of a job. */
export const JOB_RETRY_TABLE_S: readonly number[] = [0, 60, 120, 240, 480];

/** `ms` plus up to `jitter` of it, limited so that the longest waits are still spread below `maxMs`. */
const spread = (ms: number, jitter: number, maxMs: number, random: Random): number =>
  Math.min(ms, maxMs / (1 + jitter)) * (1 + jitter * random());

function withFloor(ms: number, { retryAfterMs, random }: DelayLimits, maxMs: number): number {
  if (retryAfterMs === null || retryAfterMs === undefined) return Math.round(ms);
  return Math.round(Math.max(ms, spread(retryAfterMs, ASKED_JITTER, maxMs, random)));
}

/**
 * Exponential back-off: `baseMs × 2^(attempt − 1)` plus up to half of that, and never below Retry-After. Whole milliseconds, at most
 * `maxMs`.
 */
export function retryDelayMs(options: RetryDelay): number {
  const { attempt, baseMs, maxMs = HOUR_MS, random } = options;
  const exponential = baseMs * 2 ** Math.min(attempt - 1, 40);
  return withFloor(spread(exponential, BACK_OFF_JITTER, maxMs, random), options, maxMs);
}

/**
 * The wait before an attempt from a table plus up to a tenth of it, and never below Retry-After, which is limited to `maxMs`. Whole
 * milliseconds.
 */
export function tableDelayMs(options: TableDelay): number {
  const { attempt, tableS, maxMs = DAY_MS, random } = options;
  const seconds = tableS[Math.min(attempt, tableS.length) - 1] ?? 0;
  return withFloor(seconds * 1_000 * (1 + TABLE_JITTER * random()), options, maxMs);
}
