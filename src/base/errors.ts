// One error class. Each error has a code and a kind; only the error handler of the routes maps kinds to HTTP statuses.
import { types } from 'node:util';
import { ERROR_CODES, type BuiltInCode, type ErrorKind, type ErrorSpec, type ErrorTable } from './error-codes.js';
import { describeThrown, isDomException, isError, isInstance, propertyOf } from './thrown.js';

/** A code of our own, or of a module. */
export type ErrorCode = BuiltInCode | (string & {});

/** A code that is not in our table comes with its kind. */
export interface CustomCode {
  readonly code: string;
  readonly kind: ErrorKind;
}

/** One invalid part of some input: where (`schedule.time`) and what is allowed there. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** Facts for the log and for the reader of the message; never a secret. */
  readonly [key: string]: unknown;
  /** What is wrong, field by field, for invalid input. */
  readonly errors?: readonly FieldError[];
  /** The paths of `errors` are already those of the request, and are shown unchanged. */
  readonly asSent?: boolean;
}

/** Every error that Punctual throws deliberately. `message` says what happened and what to do about it. */
export class SchedulerError extends Error {
  override readonly name = 'SchedulerError';
  readonly code: ErrorCode;
  /** The general kind of the error; determines the HTTP status. */
  readonly kind: ErrorKind;

  /** `code` is one of ours, or a code of the caller’s own together with its kind. */
  constructor(
    code: BuiltInCode | CustomCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = typeof code === 'string' ? code : code.code;
    this.kind = typeof code === 'string' ? ERROR_CODES[code].kind : code.kind;
  }
}

/** False for a proxy of an error, whose properties may throw. */
export const isSchedulerError = (error: unknown, code?: ErrorCode): error is SchedulerError =>
  isInstance(error, SchedulerError) &&
  !types.isProxy(error) &&
  (code === undefined || propertyOf(error, 'code') === code);

/** Creates errors from a module’s own table: `const failure = errorsOf(ERRORS); throw failure('INVOICE_LOCKED', 'invoice 7 is locked');` */
export const errorsOf =
  <const T extends ErrorTable>(table: T) =>
  (code: keyof T & string, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) =>
    new SchedulerError({ code, kind: (table[code] as ErrorSpec).kind }, message, details, options);

/**
 * Anything thrown, as an Error that is safe to read: its message, name, stack and code are strings or missing. An error that is already
 * safe is returned unchanged.
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
