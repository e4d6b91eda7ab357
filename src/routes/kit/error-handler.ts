// The one place that knows what HTTP makes of an error: problem details as RFC 9457 has them.
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { isSchedulerError, SchedulerError, toError, type ErrorCode, type FieldError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldError[];
  /** The run that is in the way, or that a repeated key names. */
  readonly run_id?: string;
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  INVALID_INPUT: 400,
  INVALID_SCHEDULE: 400,
  DEPENDENCY_CYCLE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  ROUTE_NOT_FOUND: 404,
  PROCESS_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  SUBSCRIPTION_NOT_FOUND: 404,
  SUBSCRIPTIONS_DISABLED: 404,
  JOB_NOT_FOUND: 404,
  QUEUE_NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  PROCESS_DISABLED: 409,
  RUN_NOT_RUNNING: 409,
  SUBSCRIPTION_CLAIMED: 409,
  JOB_NOT_PENDING: 409,
  DELIVERY_PENDING: 409,
  ALREADY_RUNNING: 409,
  IDEMPOTENCY_IN_PROGRESS: 409,
  IDEMPOTENCY_MISMATCH: 422,
  TOO_MANY_REQUESTS: 429,
  ENCRYPTION_UNAVAILABLE: 501,
  RECEIVER_MISCONFIGURED: 502,
  RECEIVER_UNAVAILABLE: 503,
  KEYS_UNAVAILABLE: 503,
  NOT_STARTED: 503,
  STOPPING: 503,
  DATABASE_UNAVAILABLE: 503,
  LOST_INSTANCE: 503,
  DATABASE_UNSUITABLE: 500,
  MIGRATION_REFUSED: 500,
  INVALID_CONFIG: 500,
  EMBEDDED_DATABASE: 500,
  INTERNAL: 500,
};

const RETRY_LATER_S = '5';

export function problem(status: number, code: string, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code };
}

function toProblem(error: SchedulerError): Problem {
  const status = STATUS[error.code];
  const { errors, run_id } = error.details;
  return {
    ...problem(status, error.code, status === 500 ? 'something went wrong; the log has the details' : error.message),
    ...(errors && status < 500
      ? { errors: errors.map((one) => ({ ...one, path: apiPath(error.code, one.path) })) }
      : {}),
    ...(typeof run_id === 'string' ? { run_id } : {}),
  };
}

/** Paths in the notation of the API; a schedule is always found in a field of that name. */
function apiPath(code: ErrorCode, path: string): string {
  const snake = path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (code !== 'INVALID_SCHEDULE' || snake === 'schedule' || snake.startsWith('schedule.')) return snake;
  return snake === '' ? 'schedule' : `schedule.${snake}`;
}

/** Answers errors as problems. What nobody threw on purpose is logged and told as INTERNAL, without a word of it. */
export const errorHandler =
  (logger: Logger): ErrorRequestHandler =>
  (thrown, _request, response, next) => {
    const error = normalise(thrown);
    const answer = toProblem(error);
    report(logger, answer.status, error);
    if (response.headersSent) return next(thrown);
    if (answer.status === 401) response.set('WWW-Authenticate', 'Bearer realm="punctual"');
    if (answer.status === 503 || answer.status === 429)
      response.set('Retry-After', response.get('Retry-After') ?? RETRY_LATER_S);
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
  };

/** A state that passes by itself (starting, stopping, no database) is worth a line; only what nobody foresaw needs a person. */
function report(logger: Logger, status: number, error: SchedulerError): void {
  const cause = toError(error.cause ?? error);
  if (status === 503) logger.warn('request refused for now', { code: error.code, reason: cause.message });
  else if (status >= 500) logger.error('request failed', { code: error.code, error: cause });
}

function normalise(thrown: unknown): SchedulerError {
  if (isSchedulerError(thrown)) return thrown;
  const error = toError(thrown) as Error & { type?: unknown; code?: unknown; status?: unknown };
  if (typeof error.type === 'string' && error.status !== undefined) return unreadableBody(error.type);
  if (error instanceof URIError) return invalid('path', 'is not well encoded');
  if (isDatabaseAway(error)) {
    return new SchedulerError('DATABASE_UNAVAILABLE', 'the database cannot be reached', {}, { cause: error });
  }
  return new SchedulerError('INTERNAL', error.message, {}, { cause: error });
}

const invalid = (path: string, message: string): SchedulerError =>
  new SchedulerError('INVALID_INPUT', `${path}: ${message}`, { errors: [{ path, message }] });

/** What Express's body parser says, by its `type`. */
const BODY_PROBLEMS: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'is not valid JSON',
  'entity.too.large': 'is too large',
  'charset.unsupported': 'must be in UTF-8',
  'encoding.unsupported': 'has an unknown content encoding',
  'request.size.invalid': 'is not as long as its Content-Length says',
  'request.aborted': 'ended early',
};

const unreadableBody = (type: string): SchedulerError => invalid('body', BODY_PROBLEMS[type] ?? 'cannot be read');

const CONNECTION_CODE = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT|08|57P0[123]|53300)/;
const CONNECTION_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** PostgreSQL (or its driver) says that there is no connection: not our fault, and likely to pass. */
const isDatabaseAway = (error: Error & { code?: unknown }): boolean =>
  (typeof error.code === 'string' && CONNECTION_CODE.test(error.code)) || CONNECTION_MESSAGE.test(error.message);
