// The only place that maps errors to HTTP: problem details according to RFC 9457.
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { ERROR_CODES, isBuiltIn, type ErrorKind } from '../../base/error-codes.js';
import { isSchedulerError, SchedulerError, toError, type ErrorCode, type FieldError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { snakeCase } from '../../base/snake-case.js';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldError[];
  /** The run that is in the way, or that a repeated key names. */
  readonly run_id?: string;
  /** In a 401 of the admin API: whether to log in with a token, or with the host's own login. */
  readonly login?: string;
}

/** The status of each kind of error. */
export const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unsupported: 415,
  mismatch: 422,
  too_many: 429,
  internal: 500,
  not_configured: 501,
  bad_receiver: 502,
  unavailable: 503,
};

const RETRY_LATER_S = '5';

function problem(status: number, code: string, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code };
}

function toProblem(error: SchedulerError): Problem {
  const status = STATUS[error.kind];
  const { errors, asSent = false, run_id, login } = error.details;
  return {
    ...problem(status, error.code, detailOf(error, status)),
    ...(errors && status < 500
      ? { errors: asSent ? errors : errors.map((one) => ({ ...one, path: apiPath(error.code, one.path) })) }
      : {}),
    ...(typeof run_id === 'string' ? { run_id } : {}),
    ...(status === 401 && typeof login === 'string' ? { login } : {}),
  };
}

/** The message for callers. An internal error may quote another one, with addresses or names that callers must not see. */
function detailOf({ code, message, cause }: SchedulerError, status: number): string {
  if (status === 500) return 'something went wrong; the log has the details';
  if (status < 500 || cause === undefined) return message;
  return isBuiltIn(code) ? ERROR_CODES[code].meaning : 'not possible at the moment; the log has the details';
}

/** Paths in the notation of the API; a schedule is always found in a field of that name. */
function apiPath(code: ErrorCode, path: string): string {
  const snake = snakeCase(path);
  if (code !== 'INVALID_SCHEDULE' || snake === 'schedule' || snake.startsWith('schedule.')) return snake;
  return snake === '' ? 'schedule' : `schedule.${snake}`;
}

/** Responds to errors with problem documents. Unexpected errors are logged, and reported as INTERNAL without their message. */
export const errorHandler =
  (logger: Logger): ErrorRequestHandler =>
  (thrown, request, response, next) => {
    const error = brokenOff(request, thrown) ? invalid('body', 'ended early') : normalise(thrown);
    const answer = toProblem(error);
    report(logger, answer.status, error);
    if (response.headersSent) return next(thrown);
    if (answer.status === 401) response.set('WWW-Authenticate', 'Bearer realm="punctual"');
    if (answer.status === 503 || answer.status === 429)
      response.set('Retry-After', response.get('Retry-After') ?? RETRY_LATER_S);
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
  };

/** A temporary state (starting, stopping, no database) is logged as a warning; only unexpected errors need a person. */
function report(logger: Logger, status: number, error: SchedulerError): void {
  const cause = toError(error.cause ?? error);
  if (status === 503) logger.warn('request refused for now', { code: error.code, reason: cause.message });
  else if (status >= 500) logger.error('request failed', { code: error.code, error: cause });
}

/** A caller that disconnects while its body is read has the same error code as a lost database connection. */
const brokenOff = (request: IncomingMessage, thrown: unknown): boolean =>
  thrown !== null && thrown !== undefined && request.errored === thrown;

function normalise(thrown: unknown): SchedulerError {
  if (isSchedulerError(thrown)) return thrown;
  const error = toError(thrown) as Error & { code?: unknown };
  if (error instanceof URIError) return invalid('path', 'is not well encoded');
  if (isDatabaseAway(error)) {
    return new SchedulerError('DATABASE_UNAVAILABLE', 'the database cannot be reached', {}, { cause: error });
  }
  return new SchedulerError('INTERNAL', error.message, {}, { cause: error });
}

const invalid = (path: string, message: string): SchedulerError =>
  new SchedulerError('INVALID_INPUT', `${path}: ${message}`, { errors: [{ path, message }] });

const CONNECTION_CODE = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT|08|57P0[123]|53300)/;
const CONNECTION_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** PostgreSQL or its driver reports a lost connection: not our fault, and likely temporary. */
const isDatabaseAway = (error: Error & { code?: unknown }): boolean =>
  (typeof error.code === 'string' && CONNECTION_CODE.test(error.code)) || CONNECTION_MESSAGE.test(error.message);
