// Tells a database that cannot be reached from one that refuses a statement.
import { SchedulerError, isSchedulerError } from '../../base/errors.js';

const CODE = /^(ECONN|EPIPE|EHOST|ENET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT|08|57P0[1-5]|53300)/;
const MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** As far as we look into it: an Error of any realm, or something else. */
interface DriverError {
  readonly code?: string;
  readonly message?: string;
}

/** DATABASE_UNAVAILABLE with the driver's error as its cause. One for several addresses has a code and no message. */
export function unavailable(cause: unknown): SchedulerError {
  if (isSchedulerError(cause)) return cause;
  const { code, message } = (cause ?? {}) as DriverError;
  const said = message || code || 'unknown error';
  return new SchedulerError('DATABASE_UNAVAILABLE', `the database cannot be reached: ${said}`, {}, { cause });
}

/** The error of a statement: DATABASE_UNAVAILABLE when the connection was lost, else as it is. */
export function statementError(error: unknown): unknown {
  const { code, message } = (error ?? {}) as DriverError;
  const lost = CODE.test(String(code)) || MESSAGE.test(String(message));
  return lost ? unavailable(error) : error;
}
