// Distinguishes an unreachable database from one that refuses a statement.
import { SchedulerError, isSchedulerError } from '../../base/errors.js';
import { propertyOf } from '../../base/thrown.js';

const CODE = /^(ECONN|EPIPE|EHOST|ENET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT|08|57P0[1-5]|53300)/;
const MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** The field as text, or an empty string: the error may be anything that the host's code has thrown. */
function textAt(error: unknown, key: 'code' | 'message'): string {
  const value = propertyOf(error, key);
  return typeof value === 'string' ? value : '';
}

/** DATABASE_UNAVAILABLE with the driver's error as its cause. An error for several addresses has a code but no message. */
export function unavailable(cause: unknown): SchedulerError {
  if (isSchedulerError(cause)) return cause;
  const said = textAt(cause, 'message') || textAt(cause, 'code') || 'unknown error';
  return new SchedulerError('DATABASE_UNAVAILABLE', `the database cannot be reached: ${said}`, {}, { cause });
}

const unsent = new WeakSet<object>();

/** The error that prevented a statement from being sent, such as a failed connection: the statement certainly had no effect. */
export function neverSent(cause: unknown): unknown {
  const error = statementError(cause);
  if (typeof error === 'object' && error !== null) unsent.add(error);
  return error;
}

export const wasNeverSent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && unsent.has(error);

/** The error of a statement: DATABASE_UNAVAILABLE if the connection was lost, otherwise unchanged. */
export function statementError(error: unknown): unknown {
  const lost = CODE.test(textAt(error, 'code')) || MESSAGE.test(textAt(error, 'message'));
  return lost ? unavailable(error) : error;
}
