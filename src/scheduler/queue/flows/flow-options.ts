// What may be asked of jobs that wait for others.
import { checkOptions, type RulesOf } from '../../../base/check-options.js';
import { anything, listOf, matching, object, oneOf, required, text } from '../../../base/option-rules.js';
import type { AfterOptions, FlowStep } from './flows.js';

const jobIds = listOf(matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the id of a job'));
const stepName = text(200);
const failureRule = oneOf(['cancel', 'continue']);

const AFTER_RULES: RulesOf<AfterOptions> = { after: required(jobIds), onDependencyFailure: failureRule };

const STEP_RULES: RulesOf<FlowStep> = {
  name: required(stepName),
  job: anything,
  payload: anything,
  options: object,
  after: listOf(stepName),
  childOf: stepName,
  afterJobs: jobIds,
  onDependencyFailure: failureRule,
};

/** Throws INVALID_INPUT with the path of each option that is wrong. */
export const checkAfter = (given: AfterOptions): void => checkOptions('INVALID_INPUT', 'after', given, AFTER_RULES);

/** The same for one step of a flow. */
export const checkStep = (step: FlowStep, index: number): void =>
  checkOptions('INVALID_INPUT', `step ${index} of the flow`, step, STEP_RULES);
