// Rules for queries and changes of jobs: filters, pages, changes.
import { checkOptions, type RulesOf, type RuleTable } from '../../../base/options/check-options.js';
import { SchedulerError } from '../../../base/errors.js';
import {
  anything,
  flag,
  instant,
  listOf,
  matching,
  nonEmpty,
  object,
  oneOf,
  orNull,
  text,
  wholeNumber,
} from '../../../base/options/option-rules.js';
import type { DeadGroupFilter, JobFilter, JobsAdmin, Reschedule } from './admin-types.js';

type Last<F extends (...args: never[]) => unknown, N extends number> = NonNullable<Parameters<F>[N]>;

const uuid = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the id of a job');
const STATUSES = ['waiting', 'pending', 'processing', 'failed', 'completed', 'dead', 'cancelled'];
const word = text(1_000);

const FILTER: RulesOf<JobFilter> = {
  ids: listOf(uuid),
  status: listOf(oneOf(STATUSES)),
  type: word,
  queue: word,
  tenantId: word,
  workspaceId: word,
  userId: word,
  groupId: word,
  parentId: uuid,
  errorCode: word,
  errorGroup: text(2_000),
  error: text(200),
  since: instant,
  until: instant,
  withinHours: wholeNumber(1, 87_840, 'hours'),
  payload: object,
};

const DEAD_GROUPS: RulesOf<DeadGroupFilter> = { type: word, queue: word };

const PAGE: RulesOf<Last<JobsAdmin['list'], 1>> = { limit: wholeNumber(1, 200), cursor: nonEmpty };

const LOGS: RulesOf<Last<JobsAdmin['logs'], 1>> = {
  ...PAGE,
  levels: listOf(oneOf(['debug', 'info', 'warn', 'error'])),
};

const CANCEL: RulesOf<Last<JobsAdmin['cancel'], 1>> = { reason: text(1_000), pendingOnly: flag, by: anything };

const PATCH: RulesOf<Last<JobsAdmin['patchQueue'], 1>> = {
  paused: flag,
  concurrency: orNull(wholeNumber(1, 10_000)),
};

const RESCHEDULE = { runAt: instant, schedule: object };

const check = (what: string, rules: RuleTable) => (given: unknown) => checkOptions('INVALID_INPUT', what, given, rules);

export const checkFilter = check('a filter of jobs', FILTER);
export const checkDeadGroups = check('groups of dead letters', DEAD_GROUPS);
export const checkPage = check('a page of jobs', PAGE);
export const checkLogQuery = check('the log of a job', LOGS);
export const checkCancel = check('cancel', CANCEL);
export const checkQueuePatch = check('a change of a queue', PATCH);
const checkTo = check('reschedule', RESCHEDULE);

/** Either one, but not both. */
export function checkReschedule(to: Reschedule): void {
  checkTo(to);
  const given: { runAt?: unknown; schedule?: unknown } = to;
  if ((given.runAt === undefined) !== (given.schedule === undefined)) return;
  const message = 'give either `runAt` or `schedule`';
  throw new SchedulerError('INVALID_INPUT', `reschedule: ${message}`, { errors: [{ path: 'runAt', message }] });
}
