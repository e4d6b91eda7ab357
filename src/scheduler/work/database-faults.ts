// Classifies database errors: whether a retry may help, and whether the statement may have taken effect.
import { SchedulerError, isSchedulerError, toError } from '../../base/errors.js';
import { propertyOf } from '../../base/thrown.js';
import { statementError, wasNeverSent } from '../../db/wire/connection-errors.js';

const sqlState = (error: unknown): string | null => {
  const code = propertyOf(error, 'code');
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
};

/** Something in the values: the same batch would always fail, but not its other rows alone. */
export function isBadValue(error: unknown): boolean {
  const state = sqlState(error);
  // 21: two rows of the batch stand for one of the table
  if (state !== null) return /^2[123]/.test(state);
  const { name } = toError(error);
  return name === 'TypeError' || name === 'RangeError';
}

/** The error, and what it says of its cause, as long as that was named DATABASE_UNAVAILABLE on the way. */
function chainOf(error: unknown): readonly unknown[] {
  const chain = [error];
  while (chain.length <= DEEPEST && isSchedulerError(chain.at(-1), 'DATABASE_UNAVAILABLE')) {
    const cause = propertyOf(chain.at(-1), 'cause');
    if (cause === undefined) break;
    chain.push(cause);
  }
  return chain;
}

/** What the driver said. */
const causeOf = (error: unknown): unknown => chainOf(error).at(-1);

/** Nested causes, bounded because they may be cyclic. */
const DEEPEST = 5;

/**
 * False if the statement certainly had no effect: the server said so, or never received it. True if the connection was lost in between, so
 * that there may be unknown claims.
 */
export function mayHaveTakenEffect(thrown: unknown): boolean {
  const error = causeOf(thrown);
  return !(isSchedulerError(error) || sqlState(error) !== null || chainOf(thrown).some(wasNeverSent));
}

/** The server was reachable and refused the statement: a retry is unlikely to help. */
export function isRefusal(fault: unknown): boolean {
  const state = sqlState(causeOf(fault)) ?? '';
  return state !== '' && !/^(08|40|53|57P)/.test(state);
}

/** An outage of the database or of a receiver that needs no intervention: when it is over, work continues. */
export function passesByItself(thrown: unknown): boolean {
  const error = statementError(thrown);
  return isSchedulerError(error) && propertyOf(error, 'kind') === 'unavailable' && !isRefusal(error);
}

/** The error for a failed statement: that of the database, or INTERNAL if it refuses our values. */
export function databaseFault(what: string, error: unknown): SchedulerError {
  if (isSchedulerError(error) && error.code !== 'DATABASE_UNAVAILABLE') return error;
  const cause = toError(error);
  const code = isBadValue(error) ? 'INTERNAL' : 'DATABASE_UNAVAILABLE';
  return new SchedulerError(code, `${what}: ${cause.message}`, { sqlstate: sqlState(causeOf(error)) }, { cause });
}
