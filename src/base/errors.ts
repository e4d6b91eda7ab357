// One error class with a closed list of codes; only routes/error-handler.ts knows what HTTP makes of them.

import { types } from 'node:util';
import { describeThrown, isDomException, isError, isInstance, propertyOf } from './thrown.js';

export type ErrorCode =
  | 'INVALID_INPUT'
  | 'INVALID_CONFIG'
  | 'INVALID_SCHEDULE'
  | 'ROUTE_NOT_FOUND'
  | 'PROCESS_NOT_FOUND'
  | 'PROCESS_DISABLED'
  | 'RUN_NOT_FOUND'
  | 'RUN_NOT_RUNNING'
  | 'SUBSCRIPTION_NOT_FOUND'
  | 'SUBSCRIPTION_CLAIMED'
  | 'JOB_NOT_FOUND'
  | 'JOB_NOT_PENDING'
  | 'QUEUE_NOT_FOUND'
  | 'WEBHOOK_NOT_FOUND'
  | 'DELIVERY_PENDING'
  | 'DEPENDENCY_CYCLE'
  | 'ALREADY_RUNNING'
  | 'IDEMPOTENCY_IN_PROGRESS'
  | 'IDEMPOTENCY_MISMATCH'
  | 'SUBSCRIPTIONS_DISABLED'
  | 'NOT_STARTED'
  | 'STOPPING'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TOO_MANY_REQUESTS'
  | 'ENCRYPTION_UNAVAILABLE'
  | 'KEYS_UNAVAILABLE'
  | 'RECEIVER_MISCONFIGURED'
  | 'RECEIVER_UNAVAILABLE'
  | 'DATABASE_UNAVAILABLE'
  | 'DATABASE_UNSUITABLE'
  | 'MIGRATION_REFUSED'
  | 'LOST_INSTANCE'
  | 'EMBEDDED_DATABASE'
  | 'INTERNAL';

/** One thing wrong with some input: where (`schedule.time`) and what may stand there. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** Facts for the log and for the reader of the message; never a secret. */
  readonly [key: string]: unknown;
  /** What is wrong, field by field, for invalid input. */
  readonly errors?: readonly FieldError[];
}

/** Every error that Punctual throws on purpose. `message` says what happened and what to do about it. */
export class SchedulerError extends Error {
  override readonly name = 'SchedulerError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export const isSchedulerError = (error: unknown, code?: ErrorCode): error is SchedulerError =>
  isInstance(error, SchedulerError) && (code === undefined || error.code === code);

/**
 * Whatever was thrown, as an Error that is safe to read: its message, name, stack and code are strings or missing. An error that is
 * so already is returned as it is.
 */
export function toError(thrown: unknown): Error {
  if (isPlainError(thrown)) return thrown;
  const { name, message, stack, code } = describeThrown(thrown);
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (stack !== null) error.stack = stack;
  return code === null ? error : Object.assign(error, { code });
}

/** An accessor may return something else, or throw, when it is read again. `stack` is one on some engines, and harmless. */
function isPlainError(thrown: unknown): thrown is Error {
  if (types.isProxy(thrown) || !isError(thrown)) return false;
  if (isDomException(thrown)) return true;
  const typeOf = (key: string): string =>
    Object.getOwnPropertyDescriptor(thrown, key)?.get === undefined ? typeof propertyOf(thrown, key) : 'accessor';
  return (
    typeOf('message') === 'string' &&
    typeOf('name') === 'string' &&
    ['string', 'undefined'].includes(typeof propertyOf(thrown, 'stack')) &&
    ['string', 'number', 'undefined'].includes(typeOf('code'))
  );
}
