// A process: work that runs on a schedule or a trigger. Exclusive ones run on one instance at a time and once per slot.
import { collectAll, throwErrors, type RulesOf } from '../../base/options/check-options.js';
import { isSchedulerError, SchedulerError, type FieldError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { callback, flag, matching, nonEmpty, object, required, seconds } from '../../base/options/option-rules.js';
import { assertCanFire, normalizeSchedule, type ScheduleInput } from '../schedule/index.js';
import type { ErrorSample } from './source.js';
import type { RunCounts, RunTrigger } from './run.js';

export interface ProcessContext {
  readonly runId: string;
  /** The slot that this run is for; null for a manual trigger. */
  readonly slot: Date | null;
  readonly trigger: RunTrigger;
  readonly triggeredBy: string | null;
  /** Aborts when the run must end now: cancelled, forced shutdown, lost instance. */
  readonly signal: AbortSignal;
  /** Aborts when nothing new should be started: the budget is nearly spent, or the instance is draining. */
  readonly closing: AbortSignal;
  /** When the budget ends, by this process's clock. */
  readonly deadline: Date;
  readonly log: Logger;
  /** Shown live and kept in the run's record; writes are rate-limited. */
  progress(done: number, total?: number | null, note?: string | null): void;
  /** Adds to the run's counts, live. */
  count(counts: Partial<RunCounts>): void;
  /** Stores an error with the run: grouped by code, ten samples. */
  sample(samples: readonly ErrorSample[]): void;
  /** The input of the trigger; undefined for a tick. */
  readonly input: unknown;
}

/**
 * What a process may return: counts to add (`processed_count`, `failed_count`, `skipped_count` are understood) or nothing; counts that
 * belong together may be one level deeper. `stopped_early: 1 | 0` says whether work was left over; without it, a run whose `closing`
 * aborted counts as stopped early. For a batch process, `processed_count` does not include `failed_count`, and the returned counts are only
 * shown if it has counted live (`ctx.count`).
 */
export type ProcessResult = Readonly<Record<string, number | Readonly<Record<string, number>>>> | void;

export interface ProcessDefinition {
  /** Unique; letters, digits, `_` and `-`. `subscriptions` is taken. */
  readonly name: string;
  /** When it runs; without one it runs only when triggered. */
  readonly schedule?: ScheduleInput;
  /** Runs on one instance at a time, and once for each slot. Default true. */
  readonly exclusive?: boolean;
  /** Seconds that one run may take before it must stop early. Default 300. */
  readonly budgetS?: number;
  /** Seconds after which a run that goes on is reported as slow. Default 250. */
  readonly alertS?: number;
  /** Shown to operators. */
  readonly description?: string;
  /**
   * Runs with the other batch processes, one after the other, when `POST /api/worker/queue_worker` is called and on the batch schedule
   * (`BATCH_CRON`): each time, or, with a `schedule` of its own, when that is due. Always exclusive.
   */
  readonly batch?: boolean;
  /** Supports `input.dry_run: true`, with which it must change nothing. A dry run leaves out batch processes without it. */
  readonly dryRun?: boolean;
  /** Returns the names of missing settings that it needs, such as environment variables. While any is missing, it is disabled. */
  readonly missing?: () => readonly string[];
  /** Validates the input of a trigger before a run begins; throws INVALID_INPUT to refuse it. */
  readonly check?: (input: unknown) => Promise<void>;
  /** Throwing fails the run; the error is stored. */
  readonly run: (context: ProcessContext) => Promise<ProcessResult>;
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/i;
const DAY_S = 86_400;

export const PROCESS_RULES: RulesOf<ProcessDefinition> = {
  name: required(matching(NAME, 'a name of up to 63 letters, digits, `_` and `-`, beginning with a letter or digit')),
  schedule: object,
  exclusive: flag,
  budgetS: seconds(0.001, 60 * DAY_S),
  alertS: seconds(0.001, 60 * DAY_S),
  description: nonEmpty,
  check: callback,
  batch: flag,
  dryRun: flag,
  missing: callback,
  run: required(callback),
};

/** Throws INVALID_CONFIG with the path of the error, INVALID_SCHEDULE if it is in the schedule. */
export function checkProcess(definition: ProcessDefinition): void {
  const errors: FieldError[] = [];
  collectAll(definition, PROCESS_RULES, '', errors);
  const what = `process "${String((definition as Partial<ProcessDefinition> | undefined)?.name)}"`;
  if (definition?.batch === true && definition.exclusive === false) {
    errors.push({ path: 'exclusive', message: 'cannot be false for a batch process' });
  }
  throwErrors('INVALID_CONFIG', what, errors);
  if (definition.schedule !== undefined) checkSchedule(what, definition);
}

function checkSchedule(what: string, { name, schedule = {} }: ProcessDefinition): void {
  try {
    assertCanFire(normalizeSchedule(schedule), new Date(0));
  } catch (error) {
    if (!isSchedulerError(error)) throw error;
    throw new SchedulerError(error, `${what}: ${error.message}`, { ...error.details, process: name });
  }
}

/** Checks a definition and returns it. Throws INVALID_CONFIG with the path of what is wrong, INVALID_SCHEDULE for its schedule. */
export function defineProcess(definition: ProcessDefinition): ProcessDefinition {
  checkProcess(definition);
  return definition;
}
