// What an error of the database says: whether trying again may help, and whether the statement may have taken effect.
import { SchedulerError, isSchedulerError, toError } from '../../base/errors.js';
import { propertyOf } from '../../base/thrown.js';
import { statementError } from '../../db/wire/connection-errors.js';

const sqlState = (error: unknown): string | null => {
  const code = propertyOf(error, 'code');
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
};

/** Something in the values themselves: the same batch would always fail, its other rows alone would not. */
export function isBadValue(error: unknown): boolean {
  const state = sqlState(error);
  // 21: two rows of the batch stand for one of the table
  if (state !== null) return /^2[123]/.test(state);
  const { name } = toError(error);
  return name === 'TypeError' || name === 'RangeError';
}

/** What the driver said, where it was named DATABASE_UNAVAILABLE on the way. */
function causeOf(error: unknown): unknown {
  let found = error;
  for (let depth = 0; depth < DEEPEST && isSchedulerError(found, 'DATABASE_UNAVAILABLE'); depth += 1) {
    const cause = propertyOf(found, 'cause');
    if (cause === undefined) break;
    found = cause;
  }
  return found;
}

/** Causes of causes; a circle of them has no end. */
const DEEPEST = 5;

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * False when the statement surely had no effect: the server said so itself, or it never got it. True when the connection
 * was lost in between, so that claims may exist that nobody knows of.
 */
export function mayHaveTakenEffect(thrown: unknown): boolean {
  const error = causeOf(thrown);
  if (isSchedulerError(error) || sqlState(error) !== null) return false;
  const { code, message } = toError(error) as Error & { code?: string };
  if (code !== undefined && NEVER_SENT.has(code)) return false;
  return !/when trying to connect|after calling end on the pool/.test(message);
}

/** The server was there and refused the statement: trying again will hardly help. */
export function isRefusal(fault: unknown): boolean {
  const state = sqlState(causeOf(fault)) ?? '';
  return state !== '' && !/^(08|40|53|57P)/.test(state);
}

/** An outage, of the database or of a receiver, that needs nobody: when it is over, work goes on. */
export function passesByItself(thrown: unknown): boolean {
  const error = statementError(thrown);
  return isSchedulerError(error) && propertyOf(error, 'kind') === 'unavailable' && !isRefusal(error);
}

/** The named fault for a failed statement: the database's, or ours (INTERNAL) when it refuses our values. */
export function databaseFault(what: string, error: unknown): SchedulerError {
  if (isSchedulerError(error) && error.code !== 'DATABASE_UNAVAILABLE') return error;
  const cause = toError(error);
  const code = isBadValue(error) ? 'INTERNAL' : 'DATABASE_UNAVAILABLE';
  return new SchedulerError(code, `${what}: ${cause.message}`, { sqlstate: sqlState(causeOf(error)) }, { cause });
}
