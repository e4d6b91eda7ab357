// The rules for the definition of a job type.
import { SchedulerError } from '../../../base/errors.js';
import { checkOptions, type RulesOf } from '../../../base/options/check-options.js';
import {
  callback,
  flag,
  having,
  listOf,
  matching,
  milliseconds,
  nonEmpty,
  oneOf,
  options,
  required,
  seconds,
  text,
  wholeNumber,
  YEAR_S,
} from '../../../base/options/option-rules.js';
import { LONGEST_TIMEOUT_MS } from '../../../base/timing/long-timer.js';
import { PRIORITY_NAMES, type JobDefinition, type RateLimit, type RetrySettings } from './job-definition.js';

export const TYPE_NAME = /^[a-z0-9][a-z0-9_.:-]{0,99}$/i;

/** Stored as an integer. */
export const timeoutRule = wholeNumber(1, LONGEST_TIMEOUT_MS, 'milliseconds');
export const attemptsRule = wholeNumber(1, 10_000);
export const keyTimeRule = milliseconds(1, 10 * YEAR_S * 1_000);
export const priorityRule = oneOf(PRIORITY_NAMES);

const RETRY_RULES: RulesOf<RetrySettings> = {
  maxAttempts: attemptsRule,
  tableS: listOf(seconds(0), { min: 1, max: 10_000 }),
};

const RATE_RULES: RulesOf<RateLimit> = {
  max: required(wholeNumber(1, 1_000_000)),
  perMs: required(wholeNumber(1, YEAR_S * 1_000, 'milliseconds')),
};

export const JOB_RULES: RulesOf<JobDefinition> = {
  type: required(
    matching(TYPE_NAME, 'a name of up to 100 letters, digits, `_`, `-`, `.` and `:`, beginning with a letter or digit'),
  ),
  schema: required(having('a zod schema', 'safeParse')),
  run: required(callback),
  queue: text(100),
  retry: options(RETRY_RULES),
  timeoutMs: timeoutRule,
  concurrency: wholeNumber(1, 10_000),
  ownSlots: flag,
  rateLimit: options(RATE_RULES),
  limitNow: callback,
  limitOpensInMs: callback,
  priority: priorityRule,
  uniqueBy: callback,
  uniqueForMs: keyTimeRule,
  uniqueUntil: oneOf(['started', 'ended']),
  crashLimit: wholeNumber(1, 1_000),
  description: nonEmpty,
};

/** Throws INVALID_CONFIG with the path of what is wrong. */
export const checkJob = (definition: JobDefinition): void => {
  const { type } = (definition ?? {}) as Partial<JobDefinition>;
  const about = `job "${String(type)}"`;
  checkOptions('INVALID_CONFIG', about, definition, JOB_RULES);
  if (definition.ownSlots === true && definition.concurrency === undefined) {
    const message = 'is required with `ownSlots`';
    throw new SchedulerError('INVALID_CONFIG', `${about}: concurrency: ${message}`, {
      errors: [{ path: 'concurrency', message }],
    });
  }
};
