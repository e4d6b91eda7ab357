// What a handler may say instead of merely returning: outcomes are values, not exceptions.
import { SchedulerError } from '../../../base/errors.js';
import { textOf } from '../../../base/thrown.js';
import type { Outcome } from '../../contracts/outcome.js';

/** Ten years: what is meant to wait for longer is a mistake. */
const LONGEST_DELAY_MS = 10 * 366 * 86_400_000;

function checkedDelay(delayMs: number): number {
  if (typeof delayMs === 'number' && delayMs >= 0 && delayMs <= LONGEST_DELAY_MS) return delayMs;
  throw new SchedulerError(
    'INVALID_INPUT',
    `delayMs must be from 0 to ${LONGEST_DELAY_MS} milliseconds, not ${textOf(delayMs)}`,
  );
}

/** A handler's return value that is more than a result; made by the functions below and nowhere else. */
export class HandlerVerdict {
  constructor(
    readonly kind: 'done' | 'retry' | 'cancel' | 'bury' | 'snooze',
    readonly result: unknown = undefined,
    readonly reason: string | null = null,
    readonly delayMs: number | null = null,
  ) {}
}

/** It is done, with this result. The same as returning the result. */
export const done = (result?: unknown): HandlerVerdict => new HandlerVerdict('done', result);

/** It failed and may be tried again, after `delayMs` milliseconds if given and otherwise by the retry policy. Counts as an attempt. Throws INVALID_INPUT. */
export const retry = (options: { delayMs?: number; reason?: string } = {}): HandlerVerdict =>
  new HandlerVerdict(
    'retry',
    undefined,
    options.reason ?? 'the handler asked for a retry',
    options.delayMs === undefined ? null : checkedDelay(options.delayMs),
  );

/** It is not wanted any more. */
export const cancel = (reason: string): HandlerVerdict => new HandlerVerdict('cancel', undefined, reason);

/** It can never succeed: dead at once, whatever attempts are left. */
export const bury = (reason: string): HandlerVerdict => new HandlerVerdict('bury', undefined, reason);

/** Not now: put off for `delayMs` milliseconds, without counting as an attempt. Throws INVALID_INPUT. */
export const snooze = (delayMs: number): HandlerVerdict =>
  new HandlerVerdict('snooze', undefined, null, checkedDelay(delayMs));

/** What became of one job, ready to be written. */
export interface JobOutcome extends Outcome {
  /** The status the job gets; `pending`: put off, not counted as an attempt. */
  readonly status: 'completed' | 'failed' | 'pending' | 'dead' | 'cancelled';
  /** JSON text that jsonb accepts; null: none. */
  readonly result: string | null;
  readonly delayMs: number | null;
  readonly errorStack: string | null;
}
