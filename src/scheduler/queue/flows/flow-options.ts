// The options of jobs that wait for others.
import { checkOptions, type RulesOf } from '../../../base/options/check-options.js';
import { anything, listOf, matching, object, oneOf, required, text } from '../../../base/options/option-rules.js';
import type { AnyJob, PayloadFor } from '../define/job-definition.js';
import type { EnqueueOptions } from '../enqueue/enqueue-options.js';

/**
 * What happens to a job when one that it waits for dies or is cancelled: `cancel` it (default) or `continue` as if that one had completed.
 */
export type DependencyFailure = 'cancel' | 'continue';

export interface AfterOptions {
  /** Ids of jobs that must end before this one starts. */
  readonly after: readonly string[];
  /** What happens when one of them dies or is cancelled. Default `cancel`. */
  readonly onDependencyFailure?: DependencyFailure;
}

export interface FlowStep<D extends AnyJob | string = AnyJob | string> {
  /** Unique within the flow. */
  readonly name: string;
  /** A definition, or the name of a type. */
  readonly job: D;
  /** Checked by the schema of the job. */
  readonly payload: PayloadFor<D>;
  /** As for `enqueue`. */
  readonly options?: Omit<EnqueueOptions, 'db' | 'schedule' | 'uniqueKey' | 'onConflict'>;
  /** Names of steps that it waits for. */
  readonly after?: readonly string[];
  /** Name of the step that waits for this one as its child. */
  readonly childOf?: string;
  /** Ids of jobs outside the flow that it waits for. */
  readonly afterJobs?: readonly string[];
  /** What happens when one of the jobs that it waits for dies or is cancelled. Default `cancel`. */
  readonly onDependencyFailure?: DependencyFailure;
}

const jobIds = listOf(matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the id of a job'));
const stepName = text(200);
const failureRule = oneOf(['cancel', 'continue']);

export const AFTER_RULES: RulesOf<AfterOptions> = { after: required(jobIds), onDependencyFailure: failureRule };

export const STEP_RULES: RulesOf<FlowStep> = {
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
