// Translates a trigger's input to the claims of its run, and counts for a dry run.
import type { Database, Db } from '../../db/database.js';
import { countDead, countDue, countNotDue, countWaiting } from '../../db/subscriptions/read/count.js';
import type { Narrowing } from '../../db/subscriptions/claim/narrowing.js';
import { readFilter } from '../../db/subscriptions/read/read-filter.js';
import { SchedulerError } from '../../base/errors.js';
import { asInput } from '../api/change/input-errors.js';
import { createNarrowedClaimer, createRetryClaimer, type Claimer } from './narrowed-claimer.js';
import type { ProcessSubscriptionsInput } from '../api/subscriptions-api.js';

const narrowingOf = ({ subscriptionIds, userId, tenantId, frequency }: ProcessSubscriptionsInput): Narrowing => ({
  ...(subscriptionIds === undefined ? {} : { subscriptionIds }),
  ...(userId === undefined ? {} : { userId }),
  ...(tenantId === undefined ? {} : { tenantId }),
  ...(frequency === undefined ? {} : { frequency }),
});

/** Selects what failed before, instead of what is due. */
export const isRetry = ({ failedInRun, deadSince }: ProcessSubscriptionsInput): boolean =>
  failedInRun !== undefined || deadSince !== undefined;

/** The fields of a filter in the notation of the API. */
const FIELDS = [
  ['subscriptionIds', 'subscription_ids'],
  ['userId', 'user_id'],
  ['tenantId', 'tenant_id'],
  ['frequency', 'frequency'],
] as const;

/**
 * Throws INVALID_INPUT for `force` without a filter, for a limit that is not a positive whole number, and for a filter whose values do not
 * have the types of the host's columns.
 */
export async function checkInput(db: Db, input: ProcessSubscriptionsInput): Promise<void> {
  const { force, limit } = input;
  const refuse = (path: string, message: string): never => {
    throw new SchedulerError('INVALID_INPUT', `${path} ${message}`, { errors: [{ path, message }] });
  };
  if (force && Object.keys(narrowingOf(input)).length === 0) refuse('force', 'needs a filter');
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) refuse('limit', 'must be a whole number from 1');
  for (const [key, path] of FIELDS) {
    if (input[key] !== undefined) await asInput(path, () => readFilter(db, { [key]: input[key] }));
  }
}

/**
 * Undefined: everything that is due. `calledAt`: when the trigger was called, by the database's clock; `ofRun`: the run that it started.
 */
export function claimerFor(
  db: Database,
  input: ProcessSubscriptionsInput,
  { calledAt, ofRun }: { readonly calledAt: Date; readonly ofRun: string },
): Claimer | undefined {
  const narrowing = narrowingOf(input);
  if (isRetry(input)) {
    const { failedInRun: runId = null, deadSince: since = null } = input;
    return createRetryClaimer(db, { runId, since, narrowing, until: calledAt, exceptRun: ofRun });
  }
  if (Object.keys(narrowing).length === 0) return undefined;
  return createNarrowedClaimer(db, narrowing, input.force === true);
}

/** How many occurrences the run would process. */
export async function countFor(db: Db, input: ProcessSubscriptionsInput, now: Date | null): Promise<number> {
  return Math.min(await countAll(db, input, now), input.limit ?? Infinity);
}

async function countAll(db: Db, input: ProcessSubscriptionsInput, now: Date | null): Promise<number> {
  const narrowing = narrowingOf(input);
  if (isRetry(input)) {
    const { failedInRun: runId = null, deadSince: since = null } = input;
    const dead = await countDead(db, now, { runId, since, narrowing });
    return runId === null ? dead : dead + (await countWaiting(db, now, runId, narrowing));
  }
  const due = await countDue(db, now, narrowing);
  return input.force ? due + (await countNotDue(db, now, narrowing)) : due;
}
