// The options of enqueueing a job. Validated for each job, so that nothing invalid reaches the database, where it would abort the caller's
// transaction.
import { collectErrors, isObject, shown, throwErrors, type RulesOf } from '../../../base/options/check-options.js';
import { SchedulerError, type FieldError } from '../../../base/errors.js';
import type { Queryable } from '../../../db/database.js';
import { flag, having, instant, matching, object, oneOf, text } from '../../../base/options/option-rules.js';
import { attemptsRule, keyTimeRule, priorityRule, timeoutRule } from '../define/job-rules.js';
import type { ScheduleInput } from '../../schedule/index.js';
import type { AnyJob, PayloadFor, PriorityName } from '../define/job-definition.js';

export interface EnqueueOptions {
  /** A client in the caller's transaction: the job commits with it. Default: the queue's own pool. */
  readonly db?: Queryable;
  /** A UUID, for a job that belongs to a row with the same id. Default: a new one. */
  readonly id?: string;
  /** Not before this time. */
  readonly runAt?: Date;
  /** Default: that of the definition. */
  readonly priority?: PriorityName;
  /** A second job with this key is not enqueued. Takes precedence over the definition's `uniqueBy`. */
  readonly uniqueKey?: string;
  /**
   * What happens when another job holds the key: `keep` (default) leaves that job as it is, `replace` changes it to this one. A running job
   * is finished; a recurring one follows the new schedule from its next occurrence on. `advance` only brings the time of a job forward that
   * waits for a later one, and leaves jobs that wait for a retry as they are.
   */
  readonly onConflict?: 'keep' | 'replace' | 'advance';
  /** How long the key is held; default: until the job ends. */
  readonly uniqueForMs?: number;
  /** The tenant of the job, for fair shares and limits per tenant. */
  readonly tenantId?: string;
  /** The workspace that the job belongs to: its users may see it. */
  readonly workspaceId?: string;
  /** The user that the job belongs to, who may see and cancel it. */
  readonly userId?: string;
  /** A name by which related jobs are found. */
  readonly groupId?: string;
  /**
   * Continues the trace in which the job is enqueued (OpenTelemetry), however much later it runs. Otherwise each attempt is a trace of its
   * own. Default false.
   */
  readonly trace?: boolean;
  /** For one attempt. Default: that of the definition. */
  readonly timeoutMs?: number;
  /** Default: that of the definition. */
  readonly maxAttempts?: number;
  /** Makes the job recurring: the first occurrence is enqueued now, and the end of each one enqueues the next. */
  readonly schedule?: ScheduleInput;
}

/** One job to enqueue among many; `job` is a definition or the name of a type. */
export interface NewJob<D extends AnyJob | string = AnyJob | string> {
  readonly job: D;
  readonly payload: PayloadFor<D>;
  readonly options?: Omit<EnqueueOptions, 'db'>;
}

/** Longer keys do not fit into an index together with the type. */
const uniqueKeyRule = text(500);
const owner = text(200);

export const ENQUEUE_RULES: RulesOf<EnqueueOptions> = {
  db: having('a client of pg, or anything else with its `query`', 'query'),
  id: matching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/, 'a UUID in lower case'),
  runAt: instant,
  priority: priorityRule,
  uniqueKey: uniqueKeyRule,
  onConflict: oneOf(['keep', 'replace', 'advance']),
  uniqueForMs: keyTimeRule,
  tenantId: owner,
  workspaceId: owner,
  userId: owner,
  groupId: owner,
  trace: flag,
  timeoutMs: timeoutRule,
  maxAttempts: attemptsRule,
  schedule: object,
};

const invalid = (path: string, message: string): SchedulerError =>
  new SchedulerError('INVALID_INPUT', `${path} ${message}`, { errors: [{ path, message }] });

/** Throws INVALID_INPUT with the path of each option that is wrong. */
export function checkEnqueueOptions(type: string, options: EnqueueOptions): void {
  if (!isObject(options)) throw invalid('options', `must be an object with options, not ${shown(options)}`);
  const errors: FieldError[] = [];
  collectErrors(options, ENQUEUE_RULES, '', errors);
  if (options.onConflict === 'advance' && options.schedule !== undefined) {
    errors.push({ path: 'onConflict', message: 'must be keep or replace where a schedule is given' });
  }
  if (options.runAt !== undefined && options.schedule !== undefined) {
    const message = 'must not be given together with a schedule, which says when the job runs';
    errors.push({ path: 'runAt', message });
  }
  throwErrors('INVALID_INPUT', `job "${type}"`, errors);
}

/** The key, from the options or the definition. Throws INVALID_INPUT for one that cannot be stored. */
export function checkUniqueKey(type: string, key: string | undefined, { uniqueKey, onConflict }: EnqueueOptions): void {
  if (key === undefined && (onConflict === 'replace' || onConflict === 'advance')) {
    throw invalid('onConflict', 'needs a unique key');
  }
  if (key === undefined || key === uniqueKey) return;
  const errors: FieldError[] = [];
  uniqueKeyRule.check(key, 'uniqueBy', errors);
  throwErrors('INVALID_INPUT', `job "${type}"`, errors);
}
