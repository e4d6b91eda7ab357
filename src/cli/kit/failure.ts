// Errors of the command line: their exit codes, and how they are printed. Expected errors never show a stack trace.
import { CommanderError } from 'commander';
import { errorsOf, isSchedulerError, toError, type FieldError } from '../../base/errors.js';

export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

const ERRORS = {
  WRONG_USAGE: { kind: 'invalid', meaning: 'The arguments do not fit together.' },
  SERVER_UNREACHABLE: { kind: 'unavailable', meaning: 'Nothing responds at PUNCTUAL_URL.' },
  SERVER_UNKNOWN: { kind: 'internal', meaning: 'The server at PUNCTUAL_URL is not Punctual.' },
  ADMIN_TOKEN_MISSING: { kind: 'unauthenticated', meaning: 'ADMIN_TOKEN is not set.' },
} as const;

/** `throw failure('WRONG_USAGE', 'give either an id or a filter')` */
export const failure = errorsOf(ERRORS);

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!isSchedulerError(error)) return EXIT.failed;
  if (error.kind === 'unavailable') return EXIT.unreachable;
  return error.kind === 'invalid' ? EXIT.usage : EXIT.failed;
}

/** What is printed on standard error. commander has already printed its own errors. */
export function messageOf(error: unknown, json: boolean): string | null {
  if (error instanceof CommanderError) return null;
  const { message } = toError(error);
  const code = isSchedulerError(error) ? error.code : 'INTERNAL';
  const fields = isSchedulerError(error) ? (error.details.errors ?? []) : [];
  if (json) return JSON.stringify({ error: { code, message, ...(fields.length > 0 ? { errors: fields } : {}) } });
  return [`punctual: ${message}`, ...fields.filter((field) => !message.includes(field.message)).map(fieldLine)].join(
    '\n',
  );
}

const fieldLine = ({ path, message }: FieldError): string => `  ${path}: ${message}`;
