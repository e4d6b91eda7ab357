// Every error code of our own, with its kind and what it means. docs/reference/errors.md is checked against this table. A module has its
// own table next to its code.

/** The general kind of an error. Only the error handler of the routes knows the HTTP status of each kind. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'unsupported'
  | 'mismatch'
  | 'too_many'
  | 'not_configured'
  | 'bad_receiver'
  | 'unavailable'
  | 'internal';

export interface ErrorSpec {
  readonly kind: ErrorKind;
  /** For the reference: what happened, and what to do about it. */
  readonly meaning: string;
}

/** Codes are in upper case with underscores. */
export type ErrorTable = Readonly<Record<string, ErrorSpec>>;

export const ERROR_CODES = {
  INVALID_INPUT: { kind: 'invalid', meaning: 'The input is not valid. `errors` names each wrong field.' },
  INVALID_SCHEDULE: {
    kind: 'invalid',
    meaning: 'The schedule is not valid, can never fire, or has ended. `errors` names each wrong field.',
  },
  DEPENDENCY_CYCLE: { kind: 'invalid', meaning: 'The jobs of a flow depend on each other in a cycle.' },
  UNAUTHENTICATED: { kind: 'unauthenticated', meaning: 'The token is missing or not valid.' },
  FORBIDDEN: { kind: 'forbidden', meaning: 'The caller is authenticated but may not do this.' },
  CROSS_ORIGIN: {
    kind: 'forbidden',
    meaning:
      'A page of another origin made the request with the browser’s credentials. Add its origin to `trustedOrigins`, or use a token.',
  },
  ROUTE_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such route.' },
  PROCESS_NOT_FOUND: { kind: 'not_found', meaning: 'There is no process of this name.' },
  ROW_SCHEDULE_NOT_FOUND: { kind: 'not_found', meaning: 'The scheduler has no row schedule of this name.' },
  RUN_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such run, or it is older than the history that is kept.' },
  AUDIT_ENTRY_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such entry in the audit log.' },
  SUBSCRIPTION_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such subscription.' },
  SUBSCRIPTIONS_DISABLED: { kind: 'not_found', meaning: 'The scheduler was created without subscriptions.' },
  JOB_TYPE_NOT_FOUND: { kind: 'not_found', meaning: 'This process does not know jobs of this type.' },
  JOB_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such job, or it belongs to someone else.' },
  QUEUE_NOT_FOUND: { kind: 'not_found', meaning: 'There is no queue of this name.' },
  PROCESS_DISABLED: { kind: 'conflict', meaning: 'The process is disabled. Enable it first.' },
  ALREADY_RUNNING: { kind: 'conflict', meaning: 'The exclusive process is running. `run_id` names its run.' },
  RUN_NOT_RUNNING: { kind: 'conflict', meaning: 'The run has ended and cannot be cancelled.' },
  SUBSCRIPTION_CLAIMED: { kind: 'conflict', meaning: 'The subscription is being processed.' },
  JOB_NOT_PENDING: {
    kind: 'conflict',
    meaning: 'The state of the job does not allow this, or its unique key is taken.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    kind: 'conflict',
    meaning: 'The first request with this idempotency key is still running. `run_id` names its run.',
  },
  CSRF_REFUSED: {
    kind: 'forbidden',
    meaning: 'A change by a dashboard session has no `X-Punctual-CSRF` header, or not the value of its session.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    kind: 'unsupported',
    meaning: 'Without a token in a header, a body must be sent as `application/json`.',
  },
  IDEMPOTENCY_MISMATCH: { kind: 'mismatch', meaning: 'The idempotency key was used for a different request.' },
  TOO_MANY_REQUESTS: { kind: 'too_many', meaning: 'Too many wrong tokens from this address. Wait a minute.' },
  PROCESS_NOT_CONFIGURED: {
    kind: 'not_configured',
    meaning: 'The process cannot run because settings are missing. The message names them.',
  },
  ENCRYPTION_UNAVAILABLE: {
    kind: 'not_configured',
    meaning: 'A secret cannot be stored or read: set `ENCRYPTION_KEYS`, and keep keys that were in use before.',
  },
  RECEIVER_MISCONFIGURED: {
    kind: 'bad_receiver',
    meaning: 'The subscription worker refuses every call, for example because of a wrong URL or token.',
  },
  RECEIVER_UNAVAILABLE: { kind: 'unavailable', meaning: 'The receiver does not respond. Calls are retried.' },
  KEYS_UNAVAILABLE: {
    kind: 'unavailable',
    meaning: 'The keys for verifying user tokens cannot be fetched from `API_JWKS_URL`.',
  },
  NOT_STARTED: { kind: 'unavailable', meaning: 'The scheduler has not been started yet.' },
  STOPPING: { kind: 'unavailable', meaning: 'The scheduler is stopping.' },
  DATABASE_UNAVAILABLE: { kind: 'unavailable', meaning: 'The database cannot be reached or does not respond in time.' },
  LOST_INSTANCE: {
    kind: 'unavailable',
    meaning: 'The instance was declared dead by another one, or its claim was lost. It rejoins automatically.',
  },
  DATABASE_UNSUITABLE: {
    kind: 'internal',
    meaning: 'The database cannot be used: its version, a setting, or its tables.',
  },
  MIGRATION_REFUSED: { kind: 'internal', meaning: 'The database cannot be migrated; the message says why.' },
  INVALID_CONFIG: { kind: 'internal', meaning: 'An option or an environment variable is wrong; the message names it.' },
  EMBEDDED_DATABASE: { kind: 'internal', meaning: 'The embedded PostgreSQL of development cannot be started.' },
  INTERNAL: { kind: 'internal', meaning: 'An unexpected error occurred. The log has the details.' },
} as const satisfies ErrorTable;

/** A code of our own. Modules add further codes. */
export type BuiltInCode = keyof typeof ERROR_CODES;

export const isBuiltIn = (code: string): code is BuiltInCode => Object.hasOwn(ERROR_CODES, code);
