// Outcomes that a handler may return instead of a plain result: values, not exceptions.
import { SchedulerError } from '../../../base/errors.js';
import { textOf } from '../../../base/thrown.js';
import type { Outcome } from '../../contracts/outcome.js';

/** Ten years: a longer delay is a mistake. */
const LONGEST_DELAY_MS = 10 * 366 * 86_400_000;

function checkedDelay(delayMs: number): number {
  if (typeof delayMs === 'number' && delayMs >= 0 && delayMs <= LONGEST_DELAY_MS) return delayMs;
  throw new SchedulerError(
    'INVALID_INPUT',
    `delayMs must be from 0 to ${LONGEST_DELAY_MS} milliseconds, not ${textOf(delayMs)}`,
  );
}

/** A handler's return value that is more than a result; created only by the functions below. */
export class HandlerVerdict {
  constructor(
    readonly kind: 'done' | 'retry' | 'cancel' | 'bury' | 'snooze',
    readonly result: unknown = undefined,
    readonly reason: string | null = null,
    readonly delayMs: number | null = null,
  ) {}
}

/** Completed with this result. The same as returning the result. */
export const done = (result?: unknown): HandlerVerdict => new HandlerVerdict('done', result);

/**
 * The attempt failed and may be retried, after `delayMs` milliseconds if given, otherwise by the retry policy. Counts as an attempt. Throws
 * INVALID_INPUT.
 */
export const retry = (options: { delayMs?: number; reason?: string } = {}): HandlerVerdict =>
  new HandlerVerdict(
    'retry',
    undefined,
    options.reason ?? 'the handler asked for a retry',
    options.delayMs === undefined ? null : checkedDelay(options.delayMs),
  );

/** The job is no longer wanted. */
export const cancel = (reason: string): HandlerVerdict => new HandlerVerdict('cancel', undefined, reason);

/** The job can never succeed: it is dead at once, whatever attempts are left. */
export const bury = (reason: string): HandlerVerdict => new HandlerVerdict('bury', undefined, reason);

/** Postpones the job by `delayMs` milliseconds, without counting as an attempt. Throws INVALID_INPUT. */
export const snooze = (delayMs: number): HandlerVerdict =>
  new HandlerVerdict('snooze', undefined, null, checkedDelay(delayMs));

/** The outcome of one job, ready to be written. */
export interface JobOutcome extends Outcome {
  /** The new status of the job; `pending`: postponed, not counted as an attempt. */
  readonly status: 'completed' | 'failed' | 'pending' | 'dead' | 'cancelled';
  /** JSON text that jsonb accepts; null: none. */
  readonly result: string | null;
  readonly delayMs: number | null;
  readonly errorStack: string | null;
}
