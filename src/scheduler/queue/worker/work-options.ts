// The options of `workOnce`.
import { checkOptions, type RulesOf } from '../../../base/options/check-options.js';
import { callback, required, rule, wholeNumber } from '../../../base/options/option-rules.js';
import type { WorkOnceOptions } from './worker.js';

const RULES: RulesOf<WorkOnceOptions> = {
  closing: required(rule('an AbortSignal', (value) => value instanceof AbortSignal)),
  maxItems: wholeNumber(1, 1_000_000_000),
  onReport: callback,
};

/** Throws INVALID_INPUT with the path of each option that is wrong. */
export const checkWorkOnce = (given: WorkOnceOptions): void => checkOptions('INVALID_INPUT', 'workOnce', given, RULES);
