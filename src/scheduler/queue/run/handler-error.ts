// What a handler threw, as it is kept with the job: a code that groups, a message, a stack.
import { toError } from '../../../base/errors.js';
import { storableText } from '../../../base/to-json.js';

const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;

export interface HandlerError {
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
  /** What the error says about when to try again (`retryAfterMs`), if it does. */
  readonly retryAfterMs: number | null;
}

/** Takes whatever was thrown: errors by their `code` or `name`, anything else as `NON_ERROR`. */
export function describeThrown(thrown: unknown): HandlerError {
  const error = toError(thrown);
  const own = error as { code?: unknown; retryAfterMs?: unknown };
  const named = typeof own.code === 'string' && own.code !== '' ? own.code : error.name;
  return {
    code: storableText(thrown instanceof Error ? named : 'NON_ERROR', 100),
    message: storableText(error.message || error.name, MAX_MESSAGE),
    stack: error.stack === undefined ? null : storableText(error.stack, MAX_STACK),
    retryAfterMs: typeof own.retryAfterMs === 'number' && own.retryAfterMs >= 0 ? own.retryAfterMs : null,
  };
}
