// Maps what a handler returned or threw to the outcome that is written. Pure, so that every rule of failure is in one place.
import type { Random } from '../../../base/random.js';
import { JOB_RETRY_TABLE_S, tableDelayMs } from '../../work/retry-policy.js';
import type { AnyJob } from '../define/define-job.js';
import type { HandlerError } from './handler-error.js';
import { HandlerVerdict, type JobOutcome } from '../define/job-outcome.js';
import { describeThrown } from '../../../base/thrown.js';
import { storable, storableText, toJson } from '../../../base/to-json.js';

const MAX_RESULT_CHARACTERS = 262_144;

/** The fields of the job that are needed. */
export interface JudgedJob {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly definition: AnyJob | undefined;
  readonly random: Random;
}

const ended = (
  status: JobOutcome['status'],
  durationMs: number,
  rest: Partial<Pick<JobOutcome, 'result' | 'delayMs' | 'error' | 'errorStack'>> = {},
): JobOutcome => ({
  kind: status === 'failed' || status === 'dead' ? 'failed' : 'completed',
  receiver: 'unknown',
  durationMs,
  status,
  result: null,
  delayMs: null,
  errorStack: null,
  ...rest,
});

/** A released claim: the attempt does not count. */
export const released = (durationMs: number): JobOutcome => ({ ...ended('pending', durationMs), kind: 'released' });

/** Postponed: due again after `delayMs`; the attempt does not count. */
export const putOff = (delayMs: number): JobOutcome => ended('pending', 0, { delayMs });

/** Dead at once, whatever attempts are left. */
export const buried = (code: string, reason: unknown, durationMs: number): JobOutcome =>
  ended('dead', durationMs, { error: { code, message: storableText(reason, 2_000) } });

export const cancelled = (reason: unknown, durationMs: number): JobOutcome =>
  ended('cancelled', durationMs, { error: { code: 'CANCELLED', message: storableText(reason, 2_000) } });

/** A failed attempt: waits for its retry while attempts are left, otherwise it is dead. */
export function judgeFailure(
  job: JudgedJob,
  error: HandlerError,
  durationMs: number,
  delayMs: number | null = null,
): JobOutcome {
  const kept = { error: { code: error.code, message: error.message }, errorStack: error.stack };
  if (job.attempt >= job.maxAttempts) return ended('dead', durationMs, kept);
  const byPolicy = (): number =>
    tableDelayMs({
      attempt: job.attempt + 1,
      tableS: job.definition?.retry?.tableS ?? JOB_RETRY_TABLE_S,
      random: job.random,
      retryAfterMs: error.retryAfterMs,
    });
  return ended('failed', durationMs, { ...kept, delayMs: delayMs ?? byPolicy() });
}

/** The result in the outcome, and the reason if it could not be kept. */
export interface JudgedAnswer {
  readonly outcome: JobOutcome;
  readonly warning: string | null;
}

/** A handler's return value. A result that cannot be stored does not undo the work: the job completes without it. */
export function judgeAnswer(job: JudgedJob, answer: unknown, durationMs: number): JudgedAnswer {
  if (!(answer instanceof HandlerVerdict)) return completed(answer, durationMs);
  const reason = answer.reason ?? 'no reason was given';
  switch (answer.kind) {
    case 'done':
      return completed(answer.result, durationMs);
    case 'cancel':
      return { outcome: cancelled(reason, durationMs), warning: null };
    case 'bury':
      return { outcome: buried('BURIED', reason, durationMs), warning: null };
    case 'snooze':
      return { outcome: ended('pending', durationMs, { delayMs: answer.delayMs }), warning: null };
    case 'retry': {
      const error = { code: 'RETRY', message: storableText(reason, 2_000), stack: null, retryAfterMs: null };
      return { outcome: judgeFailure(job, error, durationMs, answer.delayMs), warning: null };
    }
  }
}

function completed(result: unknown, durationMs: number): JudgedAnswer {
  if (result === undefined || result === null) return { outcome: ended('completed', durationMs), warning: null };
  try {
    const json = toJson(result);
    if (json !== undefined && json.length > MAX_RESULT_CHARACTERS) {
      const warning = `the result has ${json.length} characters and was not kept (at most ${MAX_RESULT_CHARACTERS})`;
      return { outcome: ended('completed', durationMs), warning };
    }
    return {
      outcome: ended('completed', durationMs, { result: json === undefined ? null : storable(json) }),
      warning: null,
    };
  } catch (error) {
    const why = describeThrown(error).message;
    return {
      outcome: ended('completed', durationMs),
      warning: `the result cannot be serialised and was not kept: ${why}`,
    };
  }
}
